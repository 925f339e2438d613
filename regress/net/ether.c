/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The packets of the tests, made and read.
 */
#include <sys/socket.h>
#include <arpa/inet.h>
#include <string.h>

#include "ether.h"

#define MAGIC	0x736d6372U /* "smcr" */
#define ETHER	14
#define UDP	8
#define PAYLOAD 8
#define PORT	5001

static void
put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static uint32_t
get16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t
get32(const uint8_t *p)
{
	return get16(p) << 16 | get16(p + 2);
}

/* The Internet checksum of n (even) bytes, with sum carried in. */
static uint32_t
checksum(const uint8_t *p, size_t n, uint32_t sum)
{
	size_t i;

	for (i = 0; i < n; i += 2)
		sum += get16(p + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

int
flow_parse(struct flow *f, const char *src, const char *grp)
{
	int af;

	memset(f, 0, sizeof(*f));
	f->v6 = strchr(grp, ':') != NULL;
	af = f->v6 ? AF_INET6 : AF_INET;
	if (inet_pton(af, src, f->src) != 1 || inet_pton(af, grp, f->grp) != 1)
		return -1;
	return 0;
}

struct flow
flow_nth(const struct flow *f, uint32_t src, uint32_t grp)
{
	struct flow n = *f;
	size_t low = f->v6 ? 12 : 0;

	put32(n.src + low, get32(f->src + low) + src);
	put32(n.grp + low, get32(f->grp + low) + grp);
	return n;
}

int
flow_cmp(const struct flow *a, const struct flow *b)
{
	int c;

	if (a->v6 != b->v6)
		return a->v6 - b->v6;
	c = memcmp(a->grp, b->grp, sizeof(a->grp));
	return c != 0 ? c : memcmp(a->src, b->src, sizeof(a->src));
}

size_t
ether_udp(uint8_t *buf, const struct flow *f, int ttl)
{
	static const uint8_t from[6] = { 2, 0, 0, 0, 0, 1 };
	uint8_t *ip = buf + ETHER, *udp;
	size_t ulen = UDP + PAYLOAD;

	memcpy(buf + 6, from, sizeof(from));
	if (f->v6) {
		put16(buf, 0x3333);
		memcpy(buf + 2, f->grp + 12, 4);
		put16(buf + 12, ETHER_IP6);
		memset(ip, 0, 40);
		ip[0] = 0x60;
		put16(ip + 4, ulen);
		ip[6] = 17;
		ip[7] = (uint8_t)ttl;
		memcpy(ip + 8, f->src, 16);
		memcpy(ip + 24, f->grp, 16);
		udp = ip + 40;
	} else {
		put32(buf, 0x01005e00 | (f->grp[1] & 0x7f));
		memcpy(buf + 4, f->grp + 2, 2);
		put16(buf + 12, ETHER_IP4);
		memset(ip, 0, 20);
		ip[0] = 0x45;
		put16(ip + 2, 20 + ulen);
		ip[6] = 0x40; /* do not fragment */
		ip[8] = (uint8_t)ttl;
		ip[9] = 17;
		memcpy(ip + 12, f->src, 4);
		memcpy(ip + 16, f->grp, 4);
		put16(ip + 10, checksum(ip, 20, 0));
		udp = ip + 20;
	}
	put16(udp, PORT);
	put16(udp + 2, PORT);
	put16(udp + 4, ulen);
	put16(udp + 6, 0);
	put32(udp + UDP, MAGIC);
	put32(udp + UDP + 4, f->number);
	if (f->v6) /* may not go without */
		put16(udp + 6,
		    checksum(ip + 8, 32 + ulen, 17 + (uint32_t)ulen));
	return (size_t)(udp - buf) + ulen;
}

int
ether_read_udp(const uint8_t *buf, size_t len, struct flow *f)
{
	const uint8_t *ip = buf + ETHER, *udp;
	size_t hlen;

	if (len < ETHER)
		return -1;
	memset(f, 0, sizeof(*f));
	f->v6 = get16(buf + 12) == ETHER_IP6;
	if (!f->v6 && get16(buf + 12) != ETHER_IP4)
		return -1;
	hlen = f->v6 ? 40 : 20;
	if (len < ETHER + hlen + UDP + PAYLOAD || ip[f->v6 ? 6 : 9] != 17)
		return -1;
	udp = ip + hlen;
	if (get16(udp + 2) != PORT || get32(udp + UDP) != MAGIC)
		return -1;
	memcpy(f->src, ip + (f->v6 ? 8 : 12), f->v6 ? 16 : 4);
	memcpy(f->grp, ip + (f->v6 ? 24 : 16), f->v6 ? 16 : 4);
	f->number = get32(udp + UDP + 4);
	return 0;
}

size_t
ether_fence(uint8_t *buf, const struct fence *fe)
{
	memset(buf, 0, 60);
	memset(buf, 0xff, 6);
	buf[6] = 2;
	put16(buf + 12, ETHER_FENCE);
	put32(buf + 14, MAGIC);
	put32(buf + 18, fe->id);
	put32(buf + 22, fe->cpu);
	put32(buf + 26, fe->step);
	return 60;
}

int
ether_read_fence(const uint8_t *buf, size_t len, struct fence *fe)
{
	if (len < 30 || get16(buf + 12) != ETHER_FENCE)
		return -1;
	fe->magic = get32(buf + 14);
	fe->id = get32(buf + 18);
	fe->cpu = get32(buf + 22);
	fe->step = get32(buf + 26);
	return fe->magic == MAGIC ? 0 : -1;
}
