/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What kernel_state_linux.c reads: messages made by hand, and entries of a real
 * kernel that real packets went through.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <linux/mroute.h>
#include <linux/mroute6.h>
#include <linux/rtnetlink.h>
#include <grp.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/sys/netlink.h"
#include "check.h"
#include "netns.h"

#define MANY 3000

static uint32_t r0, r1;
static int mroute4, mroute6;

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

static struct wire_key
key(const char *src, const char *grp, uint32_t n)
{
	struct wire_key k;

	k.src = addr(src);
	k.grp = addr(grp);
	addr_add(&k.grp, n);
	return k;
}

/* Messages by hand. */

static uint8_t msg[1024];
static size_t msglen;

static void
put(const void *data, size_t len)
{
	memcpy(msg + msglen, data, len);
	msglen += NLMSG_ALIGN(len);
}

static void
put_attr(unsigned int type, const void *data, size_t len)
{
	struct nlattr a = { .nla_len = sizeof(a) + len, .nla_type = type };

	put(&a, sizeof(a));
	put(data, len);
}

static void
make_route(int v6, unsigned int flags, uint32_t table)
{
	struct rtmsg r;
	struct rta_mfc_stats stats = { 7, 700, 2 };
	struct rtnexthop nh[2];
	struct wire_key k =
	    v6 ? key("fd00::1", "ff05::1", 0) : key("10.0.0.1", "225.1.1.1", 0);
	uint32_t iif = 5;

	memset(msg, 0, sizeof(msg));
	msglen = 0;
	memset(&r, 0, sizeof(r));
	r.rtm_family = v6 ? RTNL_FAMILY_IP6MR : RTNL_FAMILY_IPMR;
	r.rtm_flags = flags;
	put(&r, sizeof(r));
	put_attr(RTA_TABLE, &table, sizeof(table));
	put_attr(RTA_SRC, v6 ? k.src.b : k.src.b + 12, v6 ? 16 : 4);
	put_attr(RTA_DST, v6 ? k.grp.b : k.grp.b + 12, v6 ? 16 : 4);
	put_attr(RTA_IIF, &iif, sizeof(iif));
	memset(nh, 0, sizeof(nh));
	nh[0].rtnh_len = nh[1].rtnh_len = sizeof(nh[0]);
	nh[0].rtnh_ifindex = 6;
	nh[0].rtnh_hops = 1;
	nh[1].rtnh_ifindex = 7;
	nh[1].rtnh_hops = 32;
	put_attr(RTA_MULTIPATH, nh, sizeof(nh));
	put_attr(RTA_MFC_STATS, &stats, sizeof(stats));
}

/* In a block of exactly that size, so that a sanitizer sees what is read. */
static int
parse(size_t len, int v6, uint32_t table, struct kernel_entry *e)
{
	struct nlbytes b;
	uint8_t *copy = malloc(len == 0 ? 1 : len);
	int rc;

	if (copy == NULL)
		exit(1);
	memcpy(copy, msg, len);
	b.p = copy;
	b.len = len;
	rc = kernel_state_parse(b, v6, table, e);
	free(copy);
	return rc;
}

static void
test_parse(int v6)
{
	struct kernel_entry e;
	struct wire_key k =
	    v6 ? key("fd00::1", "ff05::1", 0) : key("10.0.0.1", "225.1.1.1", 0);
	size_t len;

	make_route(v6, 0, 1000);
	CHECK(parse(msglen, v6, 1000, &e) == 0);
	CHECK(memcmp(&e.key, &k, sizeof(k)) == 0);
	CHECK(e.iif == 5 && e.noifs == 2);
	CHECK(e.oifs[0].ifindex == 6 && e.oifs[0].ttl == 1);
	CHECK(e.oifs[1].ifindex == 7 && e.oifs[1].ttl == 32);
	CHECK(e.count.packets == 5 && e.count.bytes == 700);
	CHECK(e.count.wrong == 2);
	CHECK(parse(msglen, v6, 254, &e) == -1);
	CHECK(parse(msglen, !v6, 1000, &e) == -1);
	for (len = 0; len < msglen; len++)
		(void)parse(len, v6, 1000, &e);
	CHECK(parse(sizeof(struct rtmsg) - 1, v6, 1000, &e) == -1);
	CHECK(!e.unresolved);
	make_route(v6, RTNH_F_UNRESOLVED, 1000);
	CHECK(parse(msglen, v6, 1000, &e) == 0 && e.unresolved);
}

static void
test_rubbish(void)
{
	struct kernel_entry e;
	unsigned int i, n;

	for (i = 0; i < 20000; i++) {
		make_route(i & 1, 0, 1000);
		for (n = arc4random_uniform(8); n > 0; n--)
			msg[arc4random_uniform(msglen)] = arc4random();
		if (parse(arc4random_uniform(msglen + 1), i & 1, 1000, &e) == 0)
			CHECK(e.noifs <= MAXVIF);
	}
}

static void
test_many_oifs(void)
{
	struct kernel_entry e;
	struct rtnexthop nh[40];
	unsigned int i;

	make_route(0, 0, 253);
	memset(nh, 0, sizeof(nh));
	for (i = 0; i < 40; i++) {
		nh[i].rtnh_len = sizeof(nh[i]);
		nh[i].rtnh_ifindex = i + 1;
	}
	put_attr(RTA_MULTIPATH, nh, sizeof(nh));
	CHECK(parse(msglen, 0, 253, &e) == 0 && e.noifs == MAXVIF);
}

/* A real kernel. */

static void
sock_opt(int fd, int level, int option, const void *value, socklen_t len)
{
	if (setsockopt(fd, level, option, value, len) == 0)
		return;
	perror("multicast routing");
	exit(1);
}

static void
open_v4(uint32_t table)
{
	struct vifctl v;
	int one = 1, slot;

	if ((mroute4 = socket(AF_INET, SOCK_RAW, IPPROTO_IGMP)) == -1)
		exit(1);
	if (table != 0)
		sock_opt(mroute4, IPPROTO_IP, MRT_TABLE, &table, sizeof(table));
	sock_opt(mroute4, IPPROTO_IP, MRT_INIT, &one, sizeof(one));
	for (slot = 0; slot < 2; slot++) {
		memset(&v, 0, sizeof(v));
		v.vifc_vifi = slot;
		v.vifc_flags = VIFF_USE_IFINDEX;
		v.vifc_threshold = 1;
		v.vifc_lcl_ifindex = slot == 0 ? r0 : r1;
		sock_opt(mroute4, IPPROTO_IP, MRT_ADD_VIF, &v, sizeof(v));
	}
}

static void
open_v6(uint32_t table)
{
	struct mif6ctl m;
	int one = 1, slot;

	if ((mroute6 = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)) == -1)
		exit(1);
	if (table != 0)
		sock_opt(mroute6, IPPROTO_IPV6, MRT6_TABLE, &table,
		    sizeof(table));
	sock_opt(mroute6, IPPROTO_IPV6, MRT6_INIT, &one, sizeof(one));
	for (slot = 0; slot < 2; slot++) {
		memset(&m, 0, sizeof(m));
		m.mif6c_mifi = slot;
		m.vifc_threshold = 1;
		m.mif6c_pifi = slot == 0 ? r0 : r1;
		sock_opt(mroute6, IPPROTO_IPV6, MRT6_ADD_MIF, &m, sizeof(m));
	}
}

/* From slot 0 to slot 1. */
static void
add_route(const struct wire_key *k)
{
	struct mf6cctl m6;
	struct mfcctl m4;

	if (addr_af(&k->grp) == AF_INET) {
		memset(&m4, 0, sizeof(m4));
		memcpy(&m4.mfcc_origin, addr_v4(&k->src), 4);
		memcpy(&m4.mfcc_mcastgrp, addr_v4(&k->grp), 4);
		m4.mfcc_ttls[1] = 1;
		sock_opt(mroute4, IPPROTO_IP, MRT_ADD_MFC, &m4, sizeof(m4));
		return;
	}
	memset(&m6, 0, sizeof(m6));
	m6.mf6cc_origin.sin6_family = AF_INET6;
	memcpy(&m6.mf6cc_origin.sin6_addr, k->src.b, 16);
	m6.mf6cc_mcastgrp.sin6_family = AF_INET6;
	memcpy(&m6.mf6cc_mcastgrp.sin6_addr, k->grp.b, 16);
	IF_SET(1, &m6.mf6cc_ifset);
	sock_opt(mroute6, IPPROTO_IPV6, MRT6_ADD_MFC, &m6, sizeof(m6));
}

static void
sum16(uint8_t *p, size_t len, uint8_t *to)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	to[0] = sum >> 8;
	to[1] = sum;
}

/* An Ethernet frame with an UDP packet in it: 40 (IPv4) or 48 bytes of IP. */
static size_t
make_frame(uint8_t *f, const struct wire_key *k)
{
	int v6 = addr_af(&k->grp) == AF_INET6;

	memset(f, 0, 64);
	if (v6) {
		memcpy(f, "\x33\x33", 2);
		memcpy(f + 2, k->grp.b + 12, 4);
		memcpy(f + 12, "\x86\xdd\x60\x00\x00\x00\x00\x08\x11\x08", 10);
		memcpy(f + 22, k->src.b, 16);
		memcpy(f + 38, k->grp.b, 16);
		f[59] = 8; /* length of UDP */
		return 14 + 40 + 8;
	}
	memcpy(f, "\x01\x00\x5e", 3);
	memcpy(f + 3, k->grp.b + 13, 3);
	f[3] &= 0x7f;
	memcpy(f + 12, "\x08\x00\x45\x00\x00\x28\x00\x00\x00\x00\x08\x11", 12);
	memcpy(f + 26, addr_v4(&k->src), 4);
	memcpy(f + 30, addr_v4(&k->grp), 4);
	sum16(f + 14, 20, f + 24);
	f[39] = 20;
	return 14 + 20 + 20;
}

static void
send_packets(const char *ifname, const struct wire_key *k, int n)
{
	struct sockaddr_ll sa;
	uint8_t f[64];
	size_t len = make_frame(f, k);
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	memset(&sa, 0, sizeof(sa));
	sa.sll_family = AF_PACKET;
	sa.sll_ifindex = if_nametoindex(ifname);
	f[6] = 2; /* some source address */
	while (n-- > 0)
		CHECK(sendto(fd, f, len, 0, (struct sockaddr *)&sa,
			  sizeof(sa)) == (ssize_t)len);
	close(fd);
}

static void
sleep_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

static void
answered(struct counters *c)
{
	(void)c;
}

/* 0, or -1: there is no such entry. */
static int
count_of(const struct wire_key *k, struct kernel_count *n)
{
	static struct counters c = { .answered = answered };

	c.n = 1;
	c.keys[0] = *k;
	counters_ask(&c);
	if (!c.found[0])
		return -1;
	*n = c.counts[0];
	return 0;
}

/* Softirqs may take a moment. */
static int
wait_packets(const struct wire_key *k, uint64_t n, uint64_t wrong,
    struct kernel_count *c)
{
	int rc, tries;

	for (tries = 0; tries < 1000; tries++) {
		memset(c, 0xa5, sizeof(*c));
		if ((rc = count_of(k, c)) == 0 && c->packets >= n &&
		    c->wrong >= wrong)
			break;
		sleep_ms(20);
	}
	if (rc == 0 && c->packets == n && c->wrong == wrong)
		return 0;
	fprintf(stderr, "%llu packets and %llu wrong, not %llu and %llu\n",
	    (unsigned long long)c->packets, (unsigned long long)c->wrong,
	    (unsigned long long)n, (unsigned long long)wrong);
	/* the kernel's counters tell where packets were lost */
	run("cat /proc/net/dev /proc/net/snmp* /proc/net/softnet_stat >&2");
	return -1;
}

/* The same by the sockets, which serve the default table only, as by rtnetlink;
 * or there is no such entry. */
static int
is_same(const struct wire_key *k)
{
	struct kernel_count c = { 0 }, socket = { 0 };
	int rc, rc_socket;

	rc = count_of(k, &c);
	kernel_state_prepare();
	rc_socket = count_of(k, &socket);
	kernel_state_table(100);
	kernel_state_table(0);
	return rc == rc_socket && memcmp(&c, &socket, sizeof(c)) == 0;
}

struct seen {
	unsigned int nunresolved;
	uint32_t n;
	uint32_t iif;
	struct kernel_entry last;
	uint8_t many[MANY];
};

static void
see(const struct kernel_entry *e, void *arg)
{
	struct seen *s = arg;
	uint32_t i;

	if (e->unresolved) {
		s->nunresolved++;
		return;
	}
	s->n++;
	s->last = *e;
	if (e->iif == s->iif && e->noifs <= 1)
		CHECK(e->noifs == 0 || e->oifs[0].ttl == 1);
	i = e->key.grp.b[14] << 8 | e->key.grp.b[15];
	if (i < MANY)
		s->many[i]++;
}

/* Waits until the kernel has a flow without an entry. */
static int
wait_unresolved(int v6, struct seen *s)
{
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		memset(s, 0, sizeof(*s));
		if (kernel_state_dump(v6, see, s) == -1)
			return -1;
		if (s->nunresolved == 1)
			return 0;
		sleep_ms(20);
	}
	return -1;
}

static void
test_count(int v6)
{
	static struct seen s;
	struct wire_key k =
	    v6 ? key("fd00::9", "ff05::1", 0) : key("10.0.0.9", "225.1.0.1", 0);
	struct wire_key other =
	    v6 ? key("fd00::9", "ff05::2", 0) : key("10.0.0.9", "225.1.0.2", 0);
	struct kernel_count c;

	CHECK(count_of(&k, &c) == -1);
	add_route(&k);
	CHECK(wait_packets(&k, 0, 0, &c) == 0);
	CHECK(c.bytes == 0 && c.wrong == 0);
	send_packets("h0", &k, 10);
	CHECK(wait_packets(&k, 10, 0, &c) == 0);
	CHECK(c.bytes == (v6 ? 480 : 400) && c.wrong == 0);
	send_packets("h1", &k, 3);
	CHECK(wait_packets(&k, 10, 3, &c) == 0);
	CHECK(is_same(&k));
	/* unresolved */
	send_packets("h0", &other, 1);
	CHECK(wait_unresolved(v6, &s) == 0 && s.n == 1);
	CHECK(count_of(&other, &c) == -1);
	CHECK(is_same(&other));
	CHECK(memcmp(&s.last.key, &k, sizeof(k)) == 0);
	CHECK(s.last.iif == r0 && s.last.noifs == 1);
	CHECK(s.last.oifs[0].ifindex == r1 && s.last.oifs[0].ttl == 1);
	CHECK(s.last.count.packets == 10 && s.last.count.wrong == 3);
	add_route(&other);
	CHECK(wait_packets(&other, 1, 0, &c) == 0);
}

/* More than one datagram. */
static void
test_many(int v6)
{
	static struct seen s;
	struct kernel_count c;
	struct wire_key k;
	uint32_t i;

	for (i = 0; i < MANY; i++) {
		k = v6 ? key("fd00::9", "ff05::1:0", i) :
			 key("10.0.0.9", "226.0.0.0", i);
		add_route(&k);
	}
	memset(&s, 0, sizeof(s));
	CHECK(kernel_state_dump(v6, see, &s) == 0);
	CHECK(s.n == MANY + 2);
	for (i = 3; i < MANY; i++)
		if (s.many[i] != 1)
			break;
	CHECK(v6 ? i == MANY : i > 250);
	for (i = 0; i < MANY; i++) {
		k = v6 ? key("fd00::9", "ff05::1:0", i) :
			 key("10.0.0.9", "226.0.0.0", i);
		if (count_of(&k, &c) == -1)
			break;
	}
	CHECK(i == MANY);
}

static void
test_wildcard(int v6)
{
	struct wire_key k =
	    v6 ? key("::", "ff05::9:9", 0) : key("0.0.0.0", "225.9.9.9", 0);
	struct kernel_count c;

	add_route(&k);
	CHECK(count_of(&k, &c) == 0);
	CHECK(is_same(&k));
}

/* A process without any right. */
static void
test_rights(void)
{
	struct wire_key k4 = key("10.0.0.9", "225.1.0.1", 0);
	struct wire_key k6 = key("fd00::9", "ff05::1", 0);
	struct kernel_count c;
	int status;
	pid_t pid;

	if ((pid = fork()) == 0) {
		kernel_state_open();
		kernel_state_prepare();
		if (setgroups(0, NULL) == -1 || setgid(65534) == -1 ||
		    setuid(65534) == -1)
			_exit(2);
		if (count_of(&k4, &c) == -1 || c.packets != 10 ||
		    count_of(&k6, &c) == -1 || c.packets != 10)
			_exit(3);
		kernel_state_table(100); /* without the sockets */
		kernel_state_table(0);
		_exit(count_of(&k4, &c) == -1 || c.packets != 10 ||
		    count_of(&k6, &c) == -1 || c.packets != 10);
	}
	CHECK(pid != -1 && waitpid(pid, &status, 0) == pid && status == 0);
}

/* Entries outlive their interfaces. */
static void
test_gone(int v6)
{
	static struct seen s;

	memset(&s, 0, sizeof(s));
	CHECK(kernel_state_dump(v6, see, &s) == 0);
	CHECK(s.n == MANY + 3 && s.last.iif == 0 && s.last.noifs == 1);
}

static void
test_table(void)
{
	static struct seen s;
	struct wire_key k = key("10.0.0.9", "227.0.0.1", 0);
	struct kernel_count c;

	kernel_state_prepare();
	kernel_state_table(100);
	CHECK(kernel_state_dump(0, see, &s) == 0 && s.n == 0);
	CHECK(kernel_state_dump(1, see, &s) == 0 && s.n == 0);
	CHECK(count_of(&k, &c) == -1);
	open_v4(100);
	open_v6(100);
	CHECK(kernel_state_dump(0, see, &s) == 0 && s.n == 0);
	CHECK(kernel_state_dump(1, see, &s) == 0 && s.n == 0);
	add_route(&k);
	k = key("fd00::9", "ff05::3:1", 0);
	add_route(&k);
	CHECK(count_of(&k, &c) == 0 && c.packets == 0);
	CHECK(kernel_state_dump(0, see, &s) == 0 && s.n == 1);
	CHECK(kernel_state_dump(1, see, &s) == 0 && s.n == 2);
	k = key("10.0.0.9", "227.0.0.1", 0);
	CHECK(count_of(&k, &c) == 0 && c.packets == 0);
	k = key("10.0.0.9", "226.0.0.0", 0);
	CHECK(count_of(&k, &c) == -1);
}

static void
make_links(void)
{
	run("sysctl -qw net.ipv4.conf.all.rp_filter=0 "
	    "net.ipv4.conf.default.rp_filter=0");
	run("ip link add r0 type veth peer name h0 && "
	    "ip link add r1 type veth peer name h1 && "
	    "for i in r0 h0 r1 h1; do ip link set $i up || exit 1; done");
	/* what the router forwards must not come back from its other end */
	run("sysctl -qw net.ipv6.conf.h0.disable_ipv6=1 "
	    "net.ipv6.conf.h1.disable_ipv6=1");
	r0 = if_nametoindex("r0");
	r1 = if_nametoindex("r1");
}

int
main(void)
{
	test_parse(0);
	test_parse(1);
	test_rubbish();
	test_many_oifs();
	if (netns_enter("kernel_state_test") == -1)
		return check_end();
	make_links();
	open_v4(0);
	open_v6(0);
	kernel_state_open();
	test_count(0);
	test_count(1);
	test_many(0);
	test_many(1);
	test_wildcard(0);
	test_wildcard(1);
	test_rights();
	test_table();
	kernel_state_table(0);
	run("ip link del r0");
	test_gone(0);
	test_gone(1);
	return check_end();
}
