/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The router: runs the checks, and the verbs that they are made of.
 */
#include <sys/socket.h>
#include <net/if.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/sys/ifevent.h"
#include "engine/sys/netconf.h"
#include "engine/sys/vif.h"
#include "parent/kernel.h"
#include "start/start.h"
#include "tests.h"

int receiving;
static struct gate gate = { .have = { 1, 1 } };
static struct wire_upcall told[UPCALLS_MAX];
static const char *tag = "";
static unsigned int passed, failed;

void
family(int v6)
{
	tag = v6 == -1 ? "" : v6 ? "IPv6 " : "IPv4 ";
}

void
is(const char *what, long got, long want)
{
	if (got == want) {
		passed++;
		printf("ok: %s%s\n", tag, what);
		return;
	}
	failed++;
	printf("FAILED: %s%s: %ld, not %ld\n", tag, what, got, want);
}

static void
end(void)
{
	printf("%u passed, %u failed\n", passed, failed);
	exit(failed != 0);
}

/* Without an answer the rest would only take long to fail. */
struct report
order(const struct order *o)
{
	struct report r;

	process_write(o, sizeof(*o));
	process_read(&r, sizeof(r));
	if (!r.done) {
		is("order is done", 0, 1);
		end();
	}
	return r;
}

struct report
packets(int v6, int source, int lan, int group, int n)
{
	struct order o = { .what = SEND,
		.v6 = v6,
		.lan = lan,
		.source = source,
		.group = group,
		.n = n,
		.receive = receiving };

	return order(&o);
}

int
verb(uint32_t type, const void *entry)
{
	union gate_entry e = { 0 };

	if (!gate_verb(&gate, type, entry))
		return EPERM;
	memcpy(&e, entry, gate_size(type));
	return kernel_verb(&gate, type, &e);
}

int
vif(int add, int v6, int slot)
{
	struct wire_vif v = { .v6 = v6,
		.slot = slot,
		.ttl = 1,
		.ifindex = lan_index(slot) };

	if (add && !vif_ready(v.ifindex, IFF_UP, v6, v.local))
		return EADDRNOTAVAIL;
	return verb(add ? IMSG_VIF_ADD : IMSG_VIF_DEL, &v);
}

struct wire_key
key(int v6, int source, int group)
{
	struct wire_key k = { lan_host(v6, source, OUTSIDE),
		lan_group(v6, group) };

	return k;
}

int
mfc(int v6, int source, int group, int iif, int oifs)
{
	struct wire_mfc m = { .key = key(v6, source, group), .iif = iif };
	int n;

	for (n = 1; n <= LANS; n++)
		m.ttls[n] = (oifs & LAN(n)) != 0;
	return verb(IMSG_MFC_ADD, &m);
}

int
mfc_del(int v6, int source, int group)
{
	struct wire_key k = key(v6, source, group);

	return verb(IMSG_MFC_DEL, &k);
}

int
upcalls(int v6)
{
	memset(told, 0, sizeof(told));
	return kernel_upcalls(v6, told, UPCALLS_MAX);
}

int
upcall_is(int kind, int slot, int v6, int source, int group)
{
	struct wire_key k = key(v6, source, group);

	return told[0].kind == kind && told[0].slot == slot &&
	    memcmp(&told[0].key, &k, sizeof(k)) == 0;
}

/* Forwards the fence of a network to all others that receive. */
void
fence(int v6, int lan)
{
	if (mfc(v6, lan, FENCE, lan, receiving & ~LAN(lan)) != 0)
		is("fence", 0, 1);
}

void
receive(int v6, int lans)
{
	int n;

	receiving = lans;
	for (n = 1; n <= LANS; n++)
		if (lans & LAN(n))
			fence(v6, n);
}

static void
test_family(int v6)
{
	family(v6);
	test_slots(v6);
	receive(v6, ALL_LANS);
	test_static(v6);
	test_learned(v6);
	test_moved(v6);
	test_expired(v6);
	test_counters(v6);
	test_joins(v6);
	test_advertisement(v6);
	test_way(v6);
	test_gone(v6);
}

int
router(void)
{
	int n, v6;

	lan_boot();
	netconf_prepare();
	ifevent_prepare();
	ifevent_open();
	for (n = 1; n <= LANS; n++) {
		lan_create(n, n);
		lan_address(0, n, n, ROUTER);
		lan_address(1, n, n, ROUTER);
		lan_up(n, 1);
	}
	for (v6 = 0; v6 < 2; v6++)
		kernel_use(v6, mroute_open(v6, 0));
	test_family(0);
	test_leak();
	test_release();
	test_family(1);
	test_solicitation();
	family(-1);
	test_addresses();
	test_events();
	test_lost_events();
	test_interval();
	end();
	return 0;
}
