/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Checks of what the parent asks of the kernel: slots, entries, upcalls and
 * counters, with packets.
 */
#include <sys/param.h>
#include <sys/time.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/ip_mroute.h>
#include <netinet6/ip6_mroute.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "engine/sys/kernel_state.h"
#include "parent/kernel.h"
#include "tests.h"

#define LEAKING 10 /* packets that leaked() has sent */

/* Groups */
enum { STATIC = 1, NARROW, LEARNED, REMADE, EARLY };

/* The errno of a second mroute socket. */
static int
open_second(int v6)
{
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW,
	    v6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_IGMP);
	int on = 1, error = 0;

	if (setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
		v6 ? MRT6_INIT : MRT_INIT, &on, sizeof(on)) == -1)
		error = errno;
	close(fd);
	return error;
}

void
test_slots(int v6)
{
	int n;

	is("mroute socket is open", kernel_fd[v6] != -1, 1);
	is("second mroute socket is refused", open_second(v6), EADDRINUSE);
	is("free slot is free", kernel_has_vif(v6, 1), 0);
	for (n = 1; n <= LANS; n++)
		is("VIF is added", vif(1, v6, n), 0);
	is("its slot is taken", kernel_has_vif(v6, 1), 1);
	is("another slot is free", kernel_has_vif(v6, LANS + 1), 0);
	is("VIF is deleted", vif(0, v6, 2), 0);
	is("its slot is free", kernel_has_vif(v6, 2), 0);
	is("other slots are taken", kernel_has_vif(v6, 3), 1);
	is("VIF is added again", vif(1, v6, 2), 0);
	is("its slot is taken again", kernel_has_vif(v6, 2), 1);
}

void
test_static(int v6)
{
	struct wire_key any = key(v6, 1, STATIC);
	struct wire_mfc m = { .key = any, .iif = 1 };
	struct report r;

	is("static entry is added", mfc(v6, 1, STATIC, 1, LAN(2) | LAN(3)), 0);
	is("kernel has it", kernel_has_mfc(&any), 1);
	r = packets(v6, 1, 1, STATIC, 20);
	is("packets to the first of two networks", r.n[2], 20);
	is("packets to the second", r.n[3], 20);
	is("upcalls of a static flow", upcalls(v6), 0);
	is("entry with one oif", mfc(v6, 1, NARROW, 1, LAN(3)), 0);
	r = packets(v6, 1, 1, NARROW, 7);
	is("packets to its oif", r.n[3], 7);
	is("packets elsewhere", r.n[2], 0);
	memset(&m.key.src, 0, sizeof(m.key.src));
	if (!v6)
		addr_from_v4(&m.key.src, "\0\0\0\0");
	is("entry without a source is refused", verb(IMSG_MFC_ADD, &m),
	    ENOPROTOOPT);
}

/* One upcall, and its packets wait for the entry. */
void
test_learned(int v6)
{
	struct wire_mfc m = { .key = key(v6, 1, REMADE),
		.iif = 1,
		.how = MFC_REMAKE,
		.ttls = { [2] = 1 } };
	struct report r;

	r = packets(v6, 1, 1, LEARNED, 4);
	is("packets of an unknown flow", r.n[2] + r.n[3], 0);
	is("upcalls of an unknown flow", upcalls(v6), 1);
	is("upcall tells the flow and its slot",
	    upcall_is(UPCALL_NOCACHE, 1, v6, 1, LEARNED), 1);
	is("learned entry is added", mfc(v6, 1, LEARNED, 1, LAN(2)), 0);
	r = packets(v6, 1, 1, LEARNED, 0);
	is("queued packets are forwarded", r.n[2], 4);
	r = packets(v6, 1, 1, LEARNED, 10);
	is("packets of the learned flow", r.n[2], 10);
	is("upcalls of the learned flow", upcalls(v6), 0);
	packets(v6, 1, 1, REMADE, 3);
	is("upcalls of another flow", upcalls(v6), 1);
	is("entry is deleted and added", verb(IMSG_MFC_ADD, &m), 0);
	r = packets(v6, 1, 1, REMADE, 2);
	is("queued packets and the next", r.n[2], 5);
}

/* The source of network 1 sends on network 2. */
void
test_moved(int v6)
{
	struct report r = packets(v6, 1, 2, LEARNED, 5);
	int n;

	is("packets on the wrong interface", r.n[1] + r.n[3], 0);
	is("upcalls of the moved flow", upcalls(v6) > 0, 1);
	is("upcall tells the flow and its new slot",
	    upcall_is(UPCALL_WRONGVIF, 2, v6, 1, LEARNED), 1);
	is("entry is moved", mfc(v6, 1, LEARNED, 2, LAN(1) | LAN(3)), 0);
	r = packets(v6, 1, 2, LEARNED, 6);
	is("packets of the moved flow", r.n[3], 6);
	is("packets of the moved flow to its old network", r.n[1], 6);
	is("upcalls after the move", upcalls(v6), 0);
	r = packets(v6, 1, 1, LEARNED, 2);
	is("packets on the old interface", r.n[2] + r.n[3], 0);
	/* the kernel reports only one in a tick of its clock */
	for (n = 0; n < 100 && upcalls(v6) == 0; n++)
		packets(v6, 1, 1, LEARNED, 1);
	is("upcall of the old interface",
	    upcall_is(UPCALL_WRONGVIF, 1, v6, 1, LEARNED), 1);
}

void
test_expired(int v6)
{
	struct wire_key k = key(v6, 1, LEARNED);
	struct report r;

	is("kernel has the entry", kernel_has_mfc(&k), 1);
	is("entry is deleted", mfc_del(v6, 1, LEARNED), 0);
	is("kernel has it no more", kernel_has_mfc(&k), 0);
	is("deleting it again succeeds", mfc_del(v6, 1, LEARNED), 0);
	r = packets(v6, 1, 2, LEARNED, 3);
	is("packets of the expired flow", r.n[1] + r.n[3], 0);
	is("upcalls of the expired flow", upcalls(v6), 1);
	is("upcall tells the expired flow",
	    upcall_is(UPCALL_NOCACHE, 2, v6, 1, LEARNED), 1);
	is("entry for no network is added", mfc(v6, 1, LEARNED, 2, 0), 0);
	r = packets(v6, 1, 2, LEARNED, 3);
	is("packets of the stopped flow", r.n[1] + r.n[3], 0);
	is("upcalls of the stopped flow", upcalls(v6), 0);
}

static int answers;

static void
answered(struct counters *c)
{
	(void)c;
	answers++;
}

/* By way of both files, the engine's and the parent's. */
void
test_counters(int v6)
{
	static struct counters c;
	/* IPv4's bytes are without the IP header */
	long size = PAYLOAD + 8 + (v6 ? 40 : 0);

	c.n = 3;
	c.answered = answered;
	c.keys[0] = key(v6, 1, STATIC);
	c.keys[1] = key(v6, 2, STATIC);
	c.keys[2] = key(v6, 1, NARROW);
	packets(v6, 1, 2, NARROW, 4);
	is("upcalls of the wrong interface", upcalls(v6) > 0, 1);
	answers = 0;
	kernel_state_ask(NULL);
	counters_ask(&c);
	is("answers", answers, 1);
	is("packets counted", c.counts[0].packets, 20);
	is("bytes counted", c.counts[0].bytes, 20 * size);
	is("wrong ones counted", c.counts[0].wrong, 0);
	is("the entry is found", c.found[0], 1);
	is("an unknown entry is not found", c.found[1], 0);
	is("packets of the third counted", c.counts[2].packets, 7);
	is("wrong ones of the third counted", c.counts[2].wrong, 4);
}

static void
restore(int v6, int n)
{
	lan_create(n, n);
	lan_address(0, n, n, ROUTER);
	lan_address(1, n, n, ROUTER);
	lan_up(n, 1);
	is("VIF of the new interface is added", vif(1, v6, n), 0);
	receive(v6, ALL_LANS);
}

/* Interface 3 goes: first as the daemon wants it, then without a warning. */
void
test_gone(int v6)
{
	struct report r;

	receive(v6, LAN(1) | LAN(2));
	is("entry is rewritten", mfc(v6, 1, STATIC, 1, LAN(2)), 0);
	is("another entry is rewritten", mfc(v6, 1, NARROW, 1, 0), 0);
	is("VIF is deleted in time", vif(0, v6, 3), 0);
	lan_destroy(3);
	is("slot of the interface is free", kernel_has_vif(v6, 3), 0);
	r = packets(v6, 1, 1, STATIC, 5);
	is("packets to the other network", r.n[2], 5);
	is("packets to the network that is gone", r.n[3], 0);
	restore(v6, 3);
	is("entry is written again", mfc(v6, 1, STATIC, 1, LAN(2) | LAN(3)), 0);
	r = packets(v6, 1, 1, STATIC, 5);
	is("packets to the network that is back", r.n[3], 5);

	lan_destroy(3);
	is("kernel has dropped the VIF", kernel_has_vif(v6, 3), 0);
	is("kernel has kept another", kernel_has_vif(v6, 2), 1);
	is("entry is rewritten late", mfc(v6, 1, STATIC, 1, LAN(2)), 0);
	receive(v6, LAN(1) | LAN(2));
	is("deleting the VIF again succeeds", vif(0, v6, 3), 0);
	r = packets(v6, 1, 1, STATIC, 5);
	is("packets to the network that stays", r.n[2], 5);
	restore(v6, 3);
	is("entry is written once more", mfc(v6, 1, STATIC, 1, LAN(2) | LAN(3)),
	    0);
	r = packets(v6, 1, 1, STATIC, 5);
	is("packets to the network that is back again", r.n[3], 5);
}

int
leaked(int group)
{
	return packets(0, 1, 1, group, LEAKING).n[3];
}

/*
 * When a VIF is deleted, the kernel sends the packets of IPv4 entries that
 * still name it by the default route.  Only that check is about the kernel and
 * not about our files.  It also shows that a leak is seen here.
 */
void
test_leak(void)
{
	lan_default_route(1, 3);
	receive(0, LAN(1) | LAN(3));
	is("entry of network 2 is added", mfc(0, 1, EARLY, 1, LAN(2)), 0);
	is("packets by the default route", leaked(EARLY), 0);
	is("VIF of network 2 is deleted", vif(0, 0, 2), 0);
	is("packets by the default route, as the entry names the VIF",
	    leaked(EARLY), LEAKING);
	is("VIF is added again", vif(1, 0, 2), 0);
	is("entry is rewritten first", mfc(0, 1, EARLY, 1, 0), 0);
	is("VIF is deleted then", vif(0, 0, 2), 0);
	is("packets by the default route after that", leaked(EARLY), 0);
	is("VIF is added once more", vif(1, 0, 2), 0);
	receive(0, ALL_LANS);
	lan_default_route(0, 3);
}
