/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The host outside: sends packets to the router and counts what it forwards.
 *
 * Behind the packets of an order it sends a fence, a packet of a flow that the
 * router forwards to all other networks.  All packets take the same way through
 * each kernel, so when the fence has arrived, so have the others.
 */
#include <sys/param.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <netinet/in.h>
#include <netinet/icmp6.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "engine/lib/mrdisc_packet.h"
#include "engine/sys/cmsg.h"
#include "lan.h"

#define PATIENCE 10000 /* ms */
#define HOPS	 8

static int receivers[2]; /* UDP */
static int snoopers[2];	 /* raw */

static void
set(int fd, int level, int option, const void *value, socklen_t len)
{
	if (setsockopt(fd, level, option, value, len) == -1)
		process_fail("setsockopt");
}

static void
set_int(int fd, int level, int option, int value)
{
	set(fd, level, option, &value, sizeof(value));
}

static int
open_socket(int v6, int type, int protocol)
{
	int fd = socket(v6 ? AF_INET6 : AF_INET, type, protocol);

	if (fd == -1)
		process_fail("socket");
	return fd;
}

static void
open_receivers(int v6)
{
	struct sockaddr_storage ss = { .ss_len = sizeof(struct sockaddr_in),
		.ss_family = AF_INET };
	int fd = open_socket(v6, SOCK_DGRAM, 0);
	int raw = open_socket(v6, SOCK_RAW,
	    v6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_IGMP);

	if (v6) {
		ss.ss_len = sizeof(struct sockaddr_in6);
		ss.ss_family = AF_INET6;
		set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
		set_int(raw, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
		set_int(raw, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
		set_int(raw, IPPROTO_IPV6, IPV6_RECVHOPOPTS, 1);
	} else {
		set_int(fd, IPPROTO_IP, IP_RECVIF, 1);
		set_int(fd, IPPROTO_IP, IP_RECVDSTADDR, 1);
		set_int(raw, IPPROTO_IP, IP_RECVIF, 1);
	}
	((struct sockaddr_in *)&ss)->sin_port = htons(PORT);
	set_int(fd, SOL_SOCKET, SO_RCVBUF, 200000);
	if (bind(fd, (struct sockaddr *)&ss, ss.ss_len) == -1)
		process_fail("bind");
	receivers[v6] = fd;
	snoopers[v6] = raw;
}

/* A packet that has come in. */
struct packet {
	int lan;
	struct addr src, dst;
	uint8_t b[PACKET_SIZE];
	ssize_t len;
	int hops, alert;
};

/* The number of an interface from its index. */
static int
lan_of(unsigned int ifindex)
{
	int n;

	for (n = 1; n <= LANS; n++)
		if (lan_index(n) == ifindex)
			return n;
	return 0;
}

static void
take_v4(const struct cmsghdr *h, struct packet *p)
{
	const struct sockaddr_dl *sdl = (const void *)CMSG_DATA(h);

	if (h->cmsg_type == IP_RECVIF)
		p->lan = lan_of(sdl->sdl_index);
	if (h->cmsg_type == IP_RECVDSTADDR)
		addr_from_v4(&p->dst, CMSG_DATA(h));
}

static void
take_v6(const struct cmsghdr *h, struct packet *p)
{
	const struct in6_pktinfo *i = (const void *)CMSG_DATA(h);

	if (h->cmsg_type == IPV6_PKTINFO) {
		p->lan = lan_of(i->ipi6_ifindex);
		addr_from_v6(&p->dst, &i->ipi6_addr);
	}
	if (h->cmsg_type == IPV6_HOPLIMIT)
		memcpy(&p->hops, CMSG_DATA(h), sizeof(p->hops));
	if (h->cmsg_type == IPV6_HOPOPTS)
		p->alert = memcmp(CMSG_DATA(h) + 2, "\5\2\0\0\1\0", 6) == 0;
}

/* Waits for a packet.  0: none has come. */
static int
next_packet(int v6, int fd, struct packet *p)
{
	struct sockaddr_storage from;
	union {
		struct cmsghdr h;
		uint8_t b[512];
	} control;
	struct iovec iov = { .iov_base = p->b, .iov_len = sizeof(p->b) };
	struct msghdr m = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct cmsghdr *h;

	memset(p, 0, sizeof(*p));
	if (poll(&pfd, 1, PATIENCE) != 1)
		return 0;
	if ((p->len = recvmsg(fd, &m, 0)) == -1)
		process_fail("recvmsg");
	if (v6)
		addr_from_v6(&p->src,
		    &((struct sockaddr_in6 *)&from)->sin6_addr);
	else
		addr_from_v4(&p->src, &((struct sockaddr_in *)&from)->sin_addr);
	for (h = CMSG_FIRSTHDR(&m); h != NULL; h = CMSG_NXTHDR(&m, h)) {
		if (h->cmsg_level == IPPROTO_IP)
			take_v4(h, p);
		if (h->cmsg_level == IPPROTO_IPV6)
			take_v6(h, p);
	}
	return 1;
}

/* Returns a UDP socket with the address of a LAN, which sends on another. */
static int
open_sender(int v6, int source, int lan)
{
	struct addr own = lan_host(v6, source, OUTSIDE);
	struct addr via = lan_host(0, lan, OUTSIDE);
	struct sockaddr_storage ss = lan_sockaddr(&own);
	int fd = open_socket(v6, SOCK_DGRAM, 0);
	uint8_t hops = HOPS, no = 0;

	((struct sockaddr_in *)&ss)->sin_port = 0;
	if (bind(fd, (struct sockaddr *)&ss, ss.ss_len) == -1)
		process_fail("bind");
	if (v6) {
		set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, lan_index(lan));
		set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, HOPS);
		set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
	} else {
		set(fd, IPPROTO_IP, IP_MULTICAST_IF, addr_v4(&via), 4);
		set(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof(hops));
		set(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &no, sizeof(no));
	}
	return fd;
}

static void
send_packets(int fd, int v6, int group, int n)
{
	struct addr grp = lan_group(v6, group);
	struct sockaddr_storage to = lan_sockaddr(&grp);
	uint8_t data[PAYLOAD] = { 0 };

	for (; n > 0; n--)
		if (sendto(fd, data, sizeof(data), 0, (struct sockaddr *)&to,
			to.ss_len) == -1)
			process_fail("sendto");
}

static void
order_send(const struct order *o, struct report *r)
{
	struct addr src = lan_host(o->v6, o->source, OUTSIDE);
	struct addr grp = lan_group(o->v6, o->group);
	struct addr fence = lan_group(o->v6, FENCE);
	int i, fd, missing = o->receive & ~(1 << o->lan);
	struct packet p;

	fd = open_sender(o->v6, o->source, o->lan);
	send_packets(fd, o->v6, o->group, o->n);
	for (i = 0; i < o->groups; i++)
		send_packets(fd, o->v6, o->group + i, 1);
	close(fd);
	fd = open_sender(o->v6, o->lan, o->lan);
	send_packets(fd, o->v6, FENCE, 1);
	close(fd);
	while (missing != 0 && next_packet(o->v6, receivers[o->v6], &p)) {
		if (addr_cmp(&p.dst, &fence) == 0)
			missing &= ~(1 << p.lan);
		else if (addr_cmp(&p.dst, &grp) == 0 &&
		    addr_cmp(&p.src, &src) == 0)
			r->n[p.lan]++;
	}
	r->done = missing == 0;
}

/* Waits for the next message of router discovery that has this type. */
static void
order_hear(const struct order *o, struct report *r)
{
	struct packet p;

	while (next_packet(o->v6, snoopers[o->v6], &p)) {
		if (p.b[o->v6 ? 0 : (p.b[0] & 0x0f) * 4] != o->type)
			continue;
		r->done = 1;
		r->lan = p.lan;
		r->hops = p.hops;
		r->alert = p.alert;
		r->src = p.src;
		r->len = p.len;
		memcpy(r->packet, p.b, sizeof(r->packet));
		return;
	}
}

/* Asks the routers of a LAN; IPv6 only.  The kernel neither sends nor receives
 * less than 8 bytes. */
static void
order_solicit(const struct order *o, struct report *r)
{
	static const uint8_t alert[] = { 0, 0, 5, 2, 0, 0, 1, 0 };
	struct sockaddr_in6 to = { .sin6_len = sizeof(to),
		.sin6_family = AF_INET6,
		.sin6_scope_id = lan_index(o->lan) };
	uint8_t data[8] = { 152 };
	int fd = open_socket(1, SOCK_RAW, IPPROTO_ICMPV6);

	memcpy(&to.sin6_addr, ALL_ROUTERS_V6, sizeof(to.sin6_addr));
	set(fd, IPPROTO_IPV6, IPV6_HOPOPTS, alert, sizeof(alert));
	set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, lan_index(o->lan));
	if (sendto(fd, data, sizeof(data), 0, (struct sockaddr *)&to,
		sizeof(to)) == -1)
		process_fail("sendto");
	r->done = 1;
	close(fd);
}

static void
join(int v6)
{
	struct addr snoopers_group;
	struct addr a;
	int n, g;

	addr_from_v4(&snoopers_group, ALL_SNOOPERS_V4);
	if (v6)
		addr_from_v6(&snoopers_group, ALL_SNOOPERS_V6);
	for (n = 1; n <= LANS; n++) {
		for (g = 1; g <= GROUPS; g++) {
			a = lan_group(v6, g);
			lan_join(n, &a);
		}
		a = lan_group(v6, FENCE);
		lan_join(n, &a);
		lan_join(n, &snoopers_group);
	}
}

void
outside(void)
{
	struct order o;
	struct report r;
	int n, v6;

	lan_boot();
	for (n = 1; n <= LANS; n++) {
		lan_create(n, n);
		lan_address(0, n, n, OUTSIDE);
		lan_address(1, n, n, OUTSIDE);
		lan_up(n, 1);
	}
	for (v6 = 0; v6 < 2; v6++) {
		join(v6);
		open_receivers(v6);
	}
	for (;;) {
		process_read(&o, sizeof(o));
		memset(&r, 0, sizeof(r));
		if (o.what == SEND)
			order_send(&o, &r);
		else if (o.what == HEAR)
			order_hear(&o, &r);
		else
			order_solicit(&o, &r);
		process_write(&r, sizeof(r));
	}
}
