/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Checks of what the engine asks of the kernel: memberships, router discovery,
 * routes, addresses, and events of interfaces.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include <netinet/in.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "engine/have/group_sock.h"
#include "engine/lib/mrdisc_packet.h"
#include "engine/sys/ifaddr.h"
#include "engine/sys/ifevent.h"
#include "engine/sys/link_list.h"
#include "engine/sys/mrdisc_sock.h"
#include "engine/sys/netconf.h"
#include "engine/sys/vif.h"
#include "service/rawsock.h"
#include "standin.h"
#include "tests.h"

#define JOINS	 50  /* NetBSD allows 20 for each socket of IPv4 */
#define JOIN	 100 /* the first group */
#define SPARE	 7   /* shmif7: the interface that comes and goes */
#define PATIENCE 10000
#define INTERVAL 20

static uint32_t joined[JOINS];

static struct membership
membership(int v6, int i)
{
	struct membership m = { .ifindex = lan_index(1),
		.grp = lan_group(v6, JOIN + i) };

	if (!v6)
		addr_from_v4(&m.src, "\0\0\0\0");
	return m;
}

/* How many packets to the groups come to this host itself. */
static int
received(int v6, int fd)
{
	struct order o = { .what = SEND,
		.v6 = v6,
		.lan = 1,
		.source = 1,
		.group = JOIN,
		.groups = JOINS,
		.receive = receiving };
	uint8_t c;
	int n;

	order(&o);
	(void)upcalls(v6);
	for (n = 0; recv(fd, &c, sizeof(c), MSG_DONTWAIT) != -1; n++)
		;
	return n;
}

static int
open_receiver(int v6)
{
	struct addr any = { 0 };
	struct sockaddr_storage ss;
	int size = 200000, fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);

	if (!v6)
		addr_from_v4(&any, "\0\0\0\0");
	ss = lan_sockaddr(&any);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == -1 ||
	    bind(fd, (struct sockaddr *)&ss, ss.ss_len) == -1)
		process_fail("receiver");
	return fd;
}

static int
join_all(int v6)
{
	struct membership m;
	int i, n = 0;

	for (i = 0; i < JOINS; i++) {
		m = membership(v6, i);
		joined[i] = group_sock_join(&m);
		n += joined[i] != 0;
	}
	return n;
}

void
test_joins(int v6)
{
	struct membership m = membership(v6, 0);
	int i, fd = open_receiver(v6);

	group_sock_init(MAXHOLD);
	is("packets to groups that are not joined", received(v6, fd), 0);
	is("joins", join_all(v6), JOINS);
	is("sockets for them", standin_held, v6 ? 1 : (JOINS + 19) / 20);
	is("packets to groups that are joined", received(v6, fd), JOINS);
	for (i = 0; i < JOINS / 2; i++) {
		m = membership(v6, i);
		group_sock_leave(joined[i], &m);
	}
	is("packets when half of them are left", received(v6, fd), JOINS / 2);
	for (; i < JOINS; i++) {
		m = membership(v6, i);
		group_sock_leave(joined[i], &m);
	}
	is("packets when all of them are left", received(v6, fd), 0);
	is("sockets when all of them are left", standin_held, 0);
	m.ifindex = 999;
	is("join without an interface", group_sock_join(&m), 0);
	is("its error", errno, ENXIO);
	m = membership(v6, 0);
	m.src = lan_host(v6, 1, OUTSIDE);
	is("join of one source", group_sock_join(&m), 0);
	is("its error", errno, EOPNOTSUPP);
	close(fd);
}

static void
check_v4(const struct report *r)
{
	struct addr src = lan_host(0, 2, ROUTER);

	is("its length", r->len, 24 + 8);
	is("its header's length", r->packet[0], 0x46);
	is("its TTL", r->packet[8], 1);
	is("its source", memcmp(r->packet + 12, addr_v4(&src), 4), 0);
	is("its group", memcmp(r->packet + 16, ALL_SNOOPERS_V4, 4), 0);
	is("its router alert", memcmp(r->packet + 20, "\x94\4\0\0", 4), 0);
	is("its interval", r->packet[25], INTERVAL);
}

static void
check_v6(const struct report *r)
{
	struct addr src = r->src;

	is("its length", r->len, 8);
	is("its hop limit", r->hops, 1);
	is("its source is link-local",
	    src.b[0] == 0xfe && (src.b[1] & 0xc0) == 0x80, 1);
	is("its router alert", r->alert, 1);
	is("its interval", r->packet[1], INTERVAL);
}

void
test_advertisement(int v6)
{
	struct order o = { .what = HEAR, .v6 = v6, .type = v6 ? 151 : 0x30 };
	uint8_t buf[MRDISC_LEN];
	size_t len = mrdisc_advertisement(buf, v6, INTERVAL);
	struct report r;
	int fd = rawsock_open(v6);

	is("router discovery's socket is open", fd != -1, 1);
	is("advertisement is sent",
	    v6 ? mrdisc_send_v6(fd, lan_index(2), buf, len) :
		 mrdisc_send_v4(fd, lan_index(2), buf, len),
	    0);
	r = order(&o);
	is("advertisement comes in on its network", r.lan, 2);
	if (v6)
		check_v6(&r);
	else
		check_v4(&r);
	len = mrdisc_termination(buf, v6);
	is("termination is sent",
	    v6 ? mrdisc_send_v6(fd, lan_index(3), buf, len) :
		 mrdisc_send_v4(fd, lan_index(3), buf, len),
	    0);
	if (v6) { /* the kernel drops that of IPv4, as it is short */
		o.type = 153;
		r = order(&o);
		is("termination comes in on its network", r.lan, 3);
	}
	close(fd);
}

void
test_solicitation(void)
{
	struct order o = { .what = SOLICIT, .v6 = 1, .lan = 2 };
	int rc = 0, fd = rawsock_open(1);
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct addr routers;
	uint32_t ifindex = 0;

	addr_from_v6(&routers, ALL_ROUTERS_V6);
	lan_join(2, &routers);
	order(&o);
	while (rc != 1 && poll(&pfd, 1, PATIENCE) == 1)
		rc = mrdisc_receive_v6(fd, &ifindex);
	is("solicitation is received", rc, 1);
	is("its interface", ifindex, lan_index(2));
	close(fd);
}

void
test_way(int v6)
{
	struct addr a = lan_host(v6, 2, OUTSIDE);

	is("way to a neighbour", netconf_way_to(&a), lan_index(2));
	a = lan_host(v6, 2, ROUTER);
	is("way to itself", netconf_way_to(&a), UINT32_MAX);
	a = lan_host(v6, 77, OUTSIDE);
	is("no way", netconf_way_to(&a), 0);
}

static void
count_second(uint32_t ifindex, void *arg)
{
	*(int *)arg += ifindex == lan_index(2);
}

struct sought {
	const struct addr *a;
	int found;
};

static void
look(uint32_t ifindex, const struct addr *a, void *arg)
{
	struct sought *s = arg;

	s->found += ifindex == lan_index(SPARE) && addr_cmp(a, s->a) == 0;
}

/* How many times the spare interface has this address. */
static int
tells(const struct addr *a)
{
	struct sought s = { a, 0 };
	struct links_reader r = { NULL, look, &s };

	return links_read(&r) == 0 ? s.found : -1;
}

void
test_addresses(void)
{
	struct addr a, own = lan_host(0, 2, ROUTER);
	struct addr spare = lan_host(1, SPARE, ROUTER);
	struct pollfd none = { .fd = -1 };
	uint8_t local[4];
	int i, n = 0;

	is("IPv4 address is found", ifaddr_source(lan_index(2), 0, &a), 0);
	is("it is the interface's", addr_cmp(&a, &own), 0);
	is("IPv6 address is found", ifaddr_source(lan_index(2), 1, &a), 0);
	is("it has no zone", a.b[0] == 0xfe && a.b[2] == 0 && a.b[3] == 0, 1);
	ifaddr_each_v4(count_second, &n);
	is("IPv4 addresses of an interface", n, 1);

	lan_dad(1);
	lan_create(SPARE, 1);
	is("no IPv4 address", ifaddr_source(lan_index(SPARE), 0, &a), -1);
	is("why", errno, EADDRNOTAVAIL);
	is("no VIF without an address",
	    vif_ready(lan_index(SPARE), IFF_UP, 0, local), 0);
	is("no MIF while down", vif_ready(lan_index(SPARE), 0, 1, local), 0);
	lan_up(SPARE, 1);
	is("MIF while up", vif_ready(lan_index(SPARE), IFF_UP, 1, local), 1);
	lan_address(1, SPARE, SPARE, ROUTER);
	is("tentative address is not told", tells(&spare), 0);
	for (i = 0; i < PATIENCE / 10 && !tells(&spare); i++)
		poll(&none, 1, 10);
	is("address that is tentative no more is told", tells(&spare), 1);
	lan_destroy(SPARE);
	lan_dad(0);
}

/* What the events say of the interface that is looked at. */
static struct {
	uint32_t ifindex; /* 0: the one of the spare interface's name */
	struct link link;
	int seen; /* since begin() */
	int gone, addresses, begun, ended, done;
} spy;

static void
on_changed(const struct link *l)
{
	if (spy.ifindex == 0 ? strcmp(l->name, "shmif7") == 0 :
			       l->ifindex == spy.ifindex) {
		spy.link = *l;
		spy.seen++;
	}
}

static void
on_gone(uint32_t ifindex)
{
	spy.gone += ifindex == spy.ifindex;
}

static void
on_restarted(uint32_t ifindex)
{
	(void)ifindex;
}

static void
on_addresses(void)
{
	spy.addresses++;
}

static void
on_begin(void)
{
	spy.begun++;
	spy.seen = 0;
}

static void
on_end(void)
{
	spy.ended++;
}

static void
on_done(void)
{
	spy.done++;
}

static const struct ifevent_handler handler = { on_changed, on_gone,
	on_restarted, on_addresses, on_begin, on_end, on_done };

static int
is_seen(void)
{
	return spy.seen != 0;
}

static int
is_up(void)
{
	return (spy.link.flags & IFF_UP) != 0;
}

static int
is_down(void)
{
	return (spy.link.flags & IFF_UP) == 0;
}

static int
has_address(void)
{
	return spy.addresses != 0;
}

static int
is_gone(void)
{
	return spy.gone != 0;
}

static int
is_listed_anew(void)
{
	return spy.ended != 0 && spy.seen == 0;
}

/* Runs the loop until the events say so; 0: in vain. */
static int
comes(int (*what)(void))
{
	int i;

	for (i = 0; i < PATIENCE / 100 && !what(); i++)
		(void)standin_turn(100);
	return what();
}

void
test_events(void)
{
	memset(&spy, 0, sizeof(spy));
	spy.ifindex = lan_index(1);
	ifevent_open(); /* drops what the other tests have caused */
	ifevent_start(&handler);
	is("full list begins", spy.begun, 1);
	is("full list ends", spy.ended, 1);
	is("full list is done", spy.done, 1);
	is("interface is listed", spy.seen, 1);
	is("its name", strcmp(spy.link.name, "shmif1"), 0);
	is("its MTU", spy.link.mtu, 1500);
	is("it is up and does multicast",
	    spy.link.flags & (IFF_UP | IFF_MULTICAST | IFF_LOOPBACK),
	    IFF_UP | IFF_MULTICAST);

	memset(&spy, 0, sizeof(spy));
	lan_create(SPARE, 1);
	is("interface arrives", comes(is_seen), 1);
	spy.ifindex = lan_index(SPARE);
	is("its index", spy.link.ifindex, lan_index(SPARE));
	is("it is down", is_down(), 1);
	lan_up(SPARE, 1);
	is("it goes up", comes(is_up), 1);
	spy.addresses = 0;
	lan_address(0, SPARE, 70, ROUTER);
	is("it gets an address", comes(has_address), 1);
	lan_up(SPARE, 0);
	is("it goes down", comes(is_down), 1);
	is("full list meanwhile", spy.begun, 0);
	is("it is not gone", spy.gone, 0);
	lan_destroy(SPARE);
	is("it is gone", comes(is_gone), 1);
}

/* So many events that the kernel mostly drops the one of the interface that
 * goes. */
void
test_lost_events(void)
{
	int i;

	memset(&spy, 0, sizeof(spy));
	lan_create(SPARE, 1);
	is("interface arrives again", comes(is_seen), 1);
	spy.ifindex = lan_index(SPARE);
	for (i = 0; i < 2000; i++)
		lan_up(SPARE, i % 2);
	lan_destroy(SPARE);
	is("full list without it", comes(is_listed_anew), 1);
}

/* While something waits, the list is read without any event. */
void
test_interval(void)
{
	memset(&spy, 0, sizeof(spy));
	is("no look while nothing waits", standin_timer(), 0);
	ifevent_expect(1);
	is("look while something waits", standin_timer(), 1);
	is("it reads a full list", spy.begun + spy.ended + spy.done, 3);
	is("next look", standin_timer(), 1);
	ifevent_expect(0);
	is("no look any more", standin_timer(), 0);
}
