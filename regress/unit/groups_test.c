/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Group memberships on a real kernel: after each step /proc says exactly what
 * groups.c believes.
 */
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "engine/lang/conf.h"
#include "engine/have/bus.h"
#include "engine/have/group_sock.h"
#include "engine/have/groups.h"
#include "engine/lib/hash.h"
#include "engine/sys/netlink.h"
#include "engine/out/verbs.h"
#include "check.h"
#include "memberships.h"
#include "netns.h"

static uint32_t r0;
static unsigned int nlines; /* in the log */
static unsigned int slices; /* that were not the last */
static int refused_with;    /* errno */
static int last_error;	    /* of a refusal, as groups.c has it */

#define MAXHELD 8192

static int copies[MAXHELD];

/* As the parent's. */
void
verbs_hold(uint32_t id, int fd)
{
	CHECK(id < MAXHELD && copies[id] == 0);
	copies[id] = fd;
}

void
verbs_unhold(uint32_t id)
{
	CHECK(id < MAXHELD && copies[id] != 0);
	close(copies[id]);
	copies[id] = 0;
}

static void
count_line(int priority, const char *line)
{
	(void)priority;
	(void)line;
	nlines++;
}

static void
refusal(const struct bus_event *b)
{
	if (b->kind != BUS_GROUP_REFUSED)
		return;
	CHECK(b->member->ifindex == r0 || b->member->ifindex == 1);
	refused_with = b->error;
}

static struct addr
addr(const char *s)
{
	struct prefix p;
	const char *errstr;

	memset(&p, 0, sizeof(p));
	if (prefix_parse(&p, s, &errstr) == -1) {
		fprintf(stderr, "%s: %s\n", s, errstr);
		exit(1);
	}
	return p.a;
}

/* The n-th group from grp on and the n-th source from src on. */
static struct membership
member(const char *src, uint32_t nsrc, const char *grp, uint32_t ngrp)
{
	struct membership m;

	memset(&m, 0, sizeof(m));
	m.ifindex = r0;
	m.src = addr(src);
	m.grp = addr(grp);
	addr_add(&m.src, nsrc);
	addr_add(&m.grp, ngrp);
	return m;
}

static void
want(const struct membership *m)
{
	CHECK(groups_want(m) == 0);
}

/* In slices, as the engine does it. */
static void
work(void)
{
	while (!groups_work())
		slices++;
	CHECK(groups_idle());
}

static void
be_joined(void)
{
	groups_end();
	work();
}

static int
add(const struct membership *m)
{
	refused_with = 0;
	CHECK(groups_add(m) == 0);
	work();
	return refused_with;
}

/* first, first + step, ... below end */
static void
want_groups(const char *src, const char *grp, uint32_t first, uint32_t end,
    int step)
{
	struct membership m;
	uint32_t i;

	for (i = first; i < end; i += step) {
		m = member(src, 0, grp, i);
		want(&m);
	}
}

static void
want_sources(const char *src, const char *grp, uint32_t first, uint32_t end,
    int step)
{
	struct membership m;
	uint32_t i;

	for (i = first; i < end; i += step) {
		m = member(src, i, grp, 0);
		want(&m);
	}
}

/* The kernel, groups.c and the test must agree. */
static void
agree(const char *what, uint32_t njoined, uint32_t nrefused)
{
	static struct memberships ours, kernel;
	const struct membership *m;
	uint32_t cursor = 0, refused = 0;
	int joined;

	ours.n = 0;
	while ((m = groups_next(&cursor, &joined)) != NULL) {
		if (joined)
			memberships_add(&ours, m);
		else
			refused++;
	}
	memberships_read(r0, &kernel);
	memberships_sort(&ours);
	memberships_sort(&kernel);
	if (memberships_same(&ours, &kernel) && ours.n == njoined &&
	    groups_joined() == njoined && refused == nrefused &&
	    groups_refused(&last_error) == nrefused)
		return;
	check_failed++;
	fprintf(stderr,
	    "%s: %u joined, %u refused; ours %u/%u, counted %u/%u, "
	    "kernel %u\n",
	    what, njoined, nrefused, ours.n, refused, groups_joined(),
	    groups_refused(&last_error), kernel.n);
}

static unsigned int
count_fds(void)
{
	unsigned int n = 0;
	DIR *d = opendir("/proc/self/fd");

	while (d != NULL && readdir(d) != NULL)
		n++;
	if (d != NULL)
		closedir(d);
	return n;
}

/* With a fixed index, to use it again. */
static void
make_r0(void)
{
	run("ip link add r0 index 77 type veth peer name h0 && "
	    "ip link set r0 up && ip link set h0 up");
	r0 = if_nametoindex("r0");
	CHECK(r0 == 77);
}

static void
leave_everything(unsigned int fds)
{
	groups_begin();
	be_joined();
	agree("nothing", 0, 0);
	CHECK(count_fds() == fds);
}

/* Twenty for each socket. */
static void
test_v4(void)
{
	unsigned int fds = count_fds();

	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 100, 1);
	be_joined();
	agree("100 groups", 100, 0);
	CHECK(count_fds() == fds + 5);
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 100, 2);
	want_groups("0.0.0.0", "225.2.0.0", 0, 50, 1);
	be_joined();
	/* there was room on the sockets */
	agree("half of them, and others", 100, 0);
	CHECK(count_fds() == fds + 5);
	leave_everything(fds);
}

/* Ten sources for each group of a socket. */
static void
test_v4_source(void)
{
	unsigned int fds = count_fds();

	groups_begin();
	want_sources("10.0.0.1", "232.1.1.1", 0, 35, 1);
	be_joined();
	agree("35 sources", 35, 0);
	CHECK(count_fds() == fds + 4);
	groups_begin();
	want_sources("10.0.0.1", "232.1.1.1", 0, 35, 2);
	want_groups("10.0.0.1", "232.1.1.1", 0, 30, 1);
	want_groups("0.0.0.0", "225.1.1.1", 0, 30, 1);
	be_joined();
	agree("sources and groups", 18 + 29 + 30, 0);
	leave_everything(fds);
}

/* One group with and without sources. */
static void
test_both(void)
{
	struct membership m = member("0.0.0.0", 0, "232.1.1.1", 0);
	unsigned int fds = count_fds();

	CHECK(add(&m) == 0);
	m = member("10.0.0.1", 0, "232.1.1.1", 0);
	CHECK(add(&m) == 0);
	m = member("::", 0, "ff35::1", 0);
	CHECK(add(&m) == 0);
	m = member("fd00::1", 0, "ff35::1", 0);
	CHECK(add(&m) == 0);
	CHECK(add(&m) == 0);
	CHECK(groups_joined() == 4 && groups_refused(&last_error) == 0);
	CHECK(count_fds() == fds + 4);
	leave_everything(fds);
}

static void
test_v6(void)
{
	unsigned int fds = count_fds();

	groups_begin();
	want_groups("::", "ff05::1:0", 0, 300, 1);
	want_sources("fd00::1", "ff35::1", 0, 150, 1);
	be_joined();
	agree("IPv6", 450, 0);
	groups_begin();
	want_groups("::", "ff05::1:0", 1, 300, 2);
	want_sources("fd00::1", "ff35::1", 1, 150, 2);
	be_joined();
	agree("half of IPv6", 225, 0);
	leave_everything(fds);
}

static void
test_ranges(void)
{
	unsigned int fds = count_fds();

	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 5000, 1);
	want_groups("10.0.0.1", "232.1.0.0", 0, 5000, 1);
	want_groups("::", "ff05::1:0", 0, 5000, 1);
	be_joined();
	agree("ranges", 15000, 0);
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 5000, 2);
	want_groups("10.0.0.1", "232.1.0.0", 0, 5000, 2);
	want_groups("::", "ff05::1:0", 0, 5000, 2);
	be_joined();
	agree("half of the ranges", 7500, 0);
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 5000, 1);
	want_groups("10.0.0.1", "232.1.0.0", 0, 5000, 1);
	want_groups("::", "ff05::1:0", 0, 5000, 1);
	be_joined();
	agree("ranges again", 15000, 0);
	/* changes in the middle of joins and leaves */
	groups_begin();
	want_groups("::", "ff05::2:0", 0, 5000, 1);
	groups_end();
	CHECK(groups_work() == 0);
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 5000, 1);
	want_groups("::", "ff05::3:0", 0, 5000, 1);
	groups_end();
	while (groups_joined() > 5100)
		CHECK(groups_work() == 0);
	groups_begin();
	want_groups("10.0.0.1", "232.1.0.0", 0, 5000, 2);
	want_groups("::", "ff05::3:0", 2000, 5000, 2);
	be_joined();
	agree("changes on the way", 4000, 0);
	leave_everything(fds);
	CHECK(slices > 10);
}

/* Random changes in random order: the kernel must have what was wanted last. */
static void
test_random(void)
{
	static uint8_t wanted[400];
	struct membership m;
	unsigned int fds = count_fds();
	uint32_t i, n, round;

	for (round = 0; round < 200; round++) {
		groups_begin();
		for (n = i = 0; i < 400; i++) {
			if (arc4random_uniform(4) == 0)
				wanted[i] = !wanted[i];
			if (!wanted[i])
				continue;
			n++;
			if (i < 200)
				m = member("10.0.0.1", i % 40, "232.1.1.1",
				    i / 40);
			else if (i < 300)
				m = member("0.0.0.0", 0, "225.1.1.1", i);
			else
				m = member("fd00::1", i % 50, "ff35::1",
				    i / 50);
			want(&m);
			if (arc4random_uniform(10) == 0)
				want(&m);
		}
		groups_end();
		/* the next change may find nothing of this one done */
		if (arc4random_uniform(3) == 0)
			continue;
		work();
		agree("random", n, 0);
	}
	leave_everything(fds);
	memset(wanted, 0, sizeof(wanted));
}

static void
test_limits(void)
{
	struct membership m;
	unsigned int fds = count_fds();
	uint32_t i;

	run("sysctl -qw net.ipv4.igmp_max_memberships=7 "
	    "net.ipv4.igmp_max_msf=3");
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 70, 1);
	want_sources("10.0.0.1", "232.1.1.1", 0, 30, 1);
	be_joined();
	agree("lower limits", 100, 0);
	CHECK(count_fds() == fds + 20);
	leave_everything(fds);

	nlines = 0;
	run("sysctl -qw net.ipv4.igmp_max_memberships=0");
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 50, 1);
	be_joined();
	agree("no place at all", 0, 50);
	CHECK(groups_refused(&last_error) == 50 && last_error == ENOBUFS);
	CHECK(nlines == 1 && count_fds() == fds);
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 50, 1);
	be_joined();
	CHECK(nlines == 1);
	run("sysctl -qw net.ipv4.igmp_max_memberships=20 "
	    "net.ipv4.igmp_max_msf=10");
	m = member("0.0.0.0", 0, "225.1.0.0", 3);
	CHECK(add(&m) == 0);
	agree("one more try", 1, 49);
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 50, 1);
	be_joined();
	agree("refused before", 50, 0);

	/* lo, which is there, without IPv4 */
	run("ip link set lo mtu 60");
	m.ifindex = 1;
	CHECK(add(&m) == EAFNOSUPPORT);
	CHECK(groups_joined() == 50 && groups_refused(&last_error) == 1 &&
	    nlines == 2);
	run("ip link set lo mtu 65536");
	/* the interface is gone, and an event follows: not worth a line in the
	 * log */
	m.ifindex = 4711;
	CHECK(add(&m) == 0);
	m = member("fd00::1", 0, "ff35::1", 0);
	m.ifindex = 4711;
	CHECK(add(&m) == 0);
	CHECK(groups_joined() == 50 && groups_refused(&last_error) == 3 &&
	    nlines == 2);
	groups_drop_interface(4711);
	CHECK(groups_joined() == 50 && groups_refused(&last_error) == 1);
	leave_everything(fds);

	groups_begin();
	for (i = 0; i < CONF_GROUPS; i++) {
		m = member("0.0.0.0", 0, "230.0.0.0", i);
		m.ifindex = 4711;
		want(&m);
	}
	m = member("0.0.0.0", 0, "225.0.0.0", 0);
	CHECK(groups_want(&m) == -1);
	/* what is to be left does not count */
	groups_begin();
	for (i = 0; i < CONF_GROUPS; i++) {
		m = member("0.0.0.0", 0, "235.0.0.0", i);
		m.ifindex = 4711;
		want(&m);
	}
	m = member("0.0.0.0", 0, "225.0.0.0", 0);
	CHECK(groups_want(&m) == -1);
	leave_everything(fds);
}

static void
test_descriptors(void)
{
	struct rlimit rl, low;
	unsigned int fds = count_fds();

	CHECK(getrlimit(RLIMIT_NOFILE, &rl) == 0);
	low = rl;
	/* some descriptors are kept for other uses */
	low.rlim_cur = fds + 64 + 4;
	CHECK(setrlimit(RLIMIT_NOFILE, &low) == 0);
	nlines = 0;
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 500, 1);
	want_groups("10.0.0.1", "232.1.0.0", 0, 500, 1);
	be_joined();
	CHECK(groups_joined() > 0 && groups_refused(&last_error) > 500 &&
	    nlines == 1);
	CHECK(groups_joined() + groups_refused(&last_error) == 1000);
	CHECK(count_fds() < low.rlim_cur - 16);
	CHECK(setrlimit(RLIMIT_NOFILE, &rl) == 0);
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 500, 1);
	want_groups("10.0.0.1", "232.1.0.0", 0, 500, 1);
	be_joined();
	agree("descriptors again", 1000, 0);
	leave_everything(fds);
}

static void
want_mixture(void)
{
	want_groups("0.0.0.0", "225.1.0.0", 0, 45, 1);
	want_sources("10.0.0.1", "232.1.1.1", 0, 45, 1);
	want_groups("::", "ff05::1:0", 0, 45, 1);
	want_sources("fd00::1", "ff35::1", 0, 145, 1);
}

#define MIXTURE (45 + 45 + 45 + 145)

/* Holds a socket of each kind open. */
static void
want_other(void)
{
	struct membership m[] = {
		member("0.0.0.0", 0, "225.9.9.9", 0),
		member("10.0.0.1", 0, "232.9.9.9", 0),
		member("::", 0, "ff05::9:9", 0),
		member("fd00::1", 0, "ff35::9:9", 0),
	};
	int i;

	for (i = 0; i < 4; i++) {
		m[i].ifindex = if_nametoindex("other");
		want(&m[i]);
	}
}

/* The interface goes and comes back with the same index. */
static void
test_gone(void)
{
	unsigned int fds = count_fds(), before, held = 0;
	int round;

	run("ip link add other type veth peer name rehto && "
	    "ip link set other up");
	groups_begin();
	want_other();
	be_joined();
	before = count_fds();
	for (round = 0; round < 6; round++) {
		groups_begin();
		want_other();
		want_mixture();
		be_joined();
		CHECK(groups_joined() == MIXTURE + 4);
		CHECK(groups_refused(&last_error) == 0);
		/* no place is lost */
		if (round == 0)
			held = count_fds();
		CHECK(count_fds() == held);
		run("ip link del r0");
		if (round % 3 == 0)
			groups_drop_interface(r0);
		if (round % 3 == 1) {
			/* left before the event is read */
			groups_begin();
			want_other();
			be_joined();
		}
		make_r0();
		if (round % 3 == 2)
			groups_drop_interface(r0);
		CHECK(groups_joined() == 4 && groups_refused(&last_error) == 0);
		CHECK(count_fds() == before);
	}
	groups_begin();
	want_mixture();
	be_joined();
	agree("came back", MIXTURE, 0);
	run("ip link del other");
	leave_everything(fds);
}

struct pairs {
	unsigned int n;
	struct {
		uint32_t ifindex;
		struct addr grp;
	} p[20000];
};

static void
add_pair(uint32_t ifindex, const struct addr *grp, void *arg)
{
	struct pairs *l = arg;

	if (l->n == 20000)
		return;
	memset(&l->p[l->n], 0, sizeof(l->p[0]));
	l->p[l->n].ifindex = ifindex;
	l->p[l->n++].grp = *grp;
}

static int
compare_pairs(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(((struct pairs *)0)->p[0]));
}

/* Both ways to list IPv4 groups give the same, again and again. */
static void
test_lists(void)
{
	static struct pairs a, b;
	unsigned int fds = count_fds(), round;
	FILE *f = fopen("/proc/net/igmp", "re");

	CHECK(f != NULL);
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 3000, 1);
	be_joined();
	for (round = 0; f != NULL && round < 3; round++) {
		a.n = b.n = 0;
		CHECK(group_list_igmp(f, add_pair, &a) == 0 && a.n > 3000);
		if (group_list(0, add_pair, &b) == -1) {
			CHECK(errno == EOPNOTSUPP); /* an old kernel */
			break;
		}
		qsort(a.p, a.n, sizeof(a.p[0]), compare_pairs);
		qsort(b.p, b.n, sizeof(b.p[0]), compare_pairs);
		CHECK(a.n == b.n);
		CHECK(memcmp(a.p, b.p, a.n * sizeof(a.p[0])) == 0);
	}
	if (f != NULL)
		fclose(f);
	leave_everything(fds);
}

/* A small MTU ends IPv4 or IPv6 on an interface, and drops its memberships. */
static void
test_dropped(void)
{
	unsigned int fds = count_fds();
	struct membership m;

	groups_begin();
	want_mixture();
	m = member("0.0.0.0", 0, "225.7.7.7", 0);
	m.ifindex = 1;
	want(&m);
	be_joined();
	nlines = 0;
	groups_look();
	work();
	CHECK(nlines == 0 && groups_joined() == MIXTURE + 1);

	run("ip link set r0 mtu 1200");
	groups_look();
	work();
	CHECK(groups_joined() == 45 + 45 + 1);
	CHECK(groups_refused(&last_error) == 45 + 145);
	CHECK(last_error == EAFNOSUPPORT);
	CHECK(nlines == 2); /* dropped; refused */
	run("ip link set r0 mtu 1500");
	groups_look();
	work();
	CHECK(groups_refused(&last_error) == 45 + 145);
	groups_retry();
	work();
	CHECK(groups_refused(&last_error) == 0);

	/* before groups_look(); of lo, which has no smallest MTU, IPv4 */
	nlines = 0;
	run("ip link set r0 mtu 1200 && ip link set r0 mtu 1500 && "
	    "ip link set lo mtu 60 && ip link set lo mtu 65536");
	groups_look();
	work();
	CHECK(nlines == 2 && groups_joined() == MIXTURE + 1);
	nlines = 0;
	groups_look();
	work();
	CHECK(nlines == 0);
	groups_begin();
	want_mixture();
	be_joined();
	agree("dropped", MIXTURE, 0);

	/* a membership that is dropped while it waits to be left is not left */
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 45, 1);
	groups_end();
	run("ip link set r0 mtu 1200 && ip link set r0 mtu 1500");
	groups_look();
	work();
	agree("dropped and left", 45, 0);
	leave_everything(fds);
}

/* Reporting memberships again does not change them. */
static void
test_report(void)
{
	unsigned int fds = count_fds();

	groups_begin();
	want_mixture();
	be_joined();
	nlines = 0;
	groups_report(r0);
	CHECK(!groups_idle());
	groups_report(4711);
	work();
	agree("reported", MIXTURE, 0);
	groups_report(r0);
	groups_begin();
	want_groups("0.0.0.0", "225.1.0.0", 0, 45, 1);
	be_joined();
	agree("reported or left", 45, 0);
	groups_report(r0);
	groups_drop_interface(r0);
	work();
	CHECK(nlines == 0 && groups_joined() == 0);
	leave_everything(fds);
}

/* Copies of the sockets keep memberships that are joined, and not those that
 * are left. */
static void
test_held(void)
{
	struct membership m;
	unsigned int i, n = 0, fds = count_fds();

	group_sock_init(MAXHELD);
	groups_begin();
	want_mixture();
	be_joined();
	agree("held", MIXTURE, 0);
	for (i = 0; i < MAXHELD; i++)
		n += copies[i] != 0;
	CHECK(n == 12);
	CHECK(count_fds() == fds + 2 * n);
	m = member("0.0.0.0", 0, "225.1.1.1", 0);
	groups_begin();
	want(&m);
	be_joined();
	agree("held, one left", 1, 0);
	n = 0;
	for (i = 0; i < MAXHELD; i++)
		n += copies[i] != 0;
	CHECK(n == 1);
	leave_everything(fds);
	for (i = 0; i < MAXHELD; i++)
		CHECK(copies[i] == 0);
	group_sock_init(0);
}

int
main(void)
{
	if (netns_enter("groups_test") == -1)
		return 0;
	hash_seed();
	bus_subscribe(refusal);
	nl_open();
	log_init(LOG_TO_SINK, "groups_test", "groups_test");
	log_setsink(count_line);
	/* lists in /proc repeat lines when the system joins meanwhile */
	run("sysctl -qw net.ipv6.conf.default.addr_gen_mode=1");
	make_r0();
	test_v4();
	test_v4_source();
	test_both();
	test_v6();
	test_ranges();
	test_random();
	CHECK(nlines == 0);
	test_limits();
	test_descriptors();
	test_gone();
	test_lists();
	test_dropped();
	test_report();
	test_held();
	return check_end();
}
