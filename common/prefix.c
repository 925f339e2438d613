/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Prefixes of both families, and the text of addresses and prefixes.  They are
 * not in addr.c, because the parent has no use for them.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"

/* The BSDs define SIN6_LEN: socket addresses begin with their length there. */
#ifdef SIN6_LEN
#define SET_LEN(ss, len) ((ss)->ss_len = (len))
#else
#define SET_LEN(ss, len) ((void)0)
#endif

int
addr_is_linklocal_group(const struct addr *a)
{
	uint8_t scope;

	if (addr_af(a) == AF_INET)
		return a->b[12] == 224 && a->b[13] == 0 && a->b[14] == 0;
	scope = a->b[1] & 0x0f;
	return a->b[0] == 0xff && scope <= 2;
}

void
addr_add(struct addr *a, uint64_t n)
{
	unsigned int sum, carry = 0;
	int i;

	for (i = 15; i >= 0; i--) {
		sum = a->b[i] + (n & 0xff) + carry;
		a->b[i] = sum & 0xff;
		carry = sum >> 8;
		n >>= 8;
	}
}

void
addr_mask(struct addr *a, unsigned int len)
{
	if (len >= ADDR_BITS)
		return;
	a->b[len / 8] &= 0xff << (8 - len % 8);
	memset(a->b + len / 8 + 1, 0, 15 - len / 8);
}

void
prefix_any(struct prefix *p, int af)
{
	static const uint8_t none[4];

	memset(p, 0, sizeof(*p));
	if (af != AF_INET)
		return;
	addr_from_v4(&p->a, none);
	p->len = ADDR_V4;
}

int
prefix_is_any(const struct prefix *p)
{
	if (addr_af(&p->a) == AF_INET)
		return p->len == ADDR_V4;
	return p->len == 0;
}

/* The families are compared, too: the bits of ::/0 match those of any IPv4
 * address. */
int
prefix_match(const struct prefix *p, const struct addr *a)
{
	unsigned int bytes = p->len / 8, rest = p->len % 8;

	if (addr_af(&p->a) != addr_af(a))
		return 0;
	if (memcmp(p->a.b, a->b, bytes) != 0)
		return 0;
	if (rest == 0)
		return 1;
	return (p->a.b[bytes] ^ a->b[bytes]) >> (8 - rest) == 0;
}

int
prefix_is_host(const struct prefix *p)
{
	return p->len == ADDR_BITS;
}

uint64_t
prefix_count(const struct prefix *p)
{
	if (p->len <= ADDR_BITS - 64)
		return UINT64_MAX;
	return (uint64_t)1 << (ADDR_BITS - p->len);
}

static int
parse_addr(struct addr *a, const char *s, const char **errstr)
{
	uint8_t v4[4];

	if (inet_pton(AF_INET, s, v4) == 1) {
		addr_from_v4(a, v4);
		return 0;
	}
	if (inet_pton(AF_INET6, s, a->b) != 1) {
		*errstr = "expected an IPv4 or IPv6 address";
		return -1;
	}
	if (addr_af(a) == AF_INET) {
		*errstr = "expected an IPv4 address without ::ffff:";
		return -1;
	}
	return 0;
}

/* Parses a prefix length; strtonum(3) would accept a sign. */
static int
parse_len(const char *s, int af, const char **errstr)
{
	const char *bad = NULL;
	int len;

	len = strtonum(s, 0, af == AF_INET ? 32 : 128, &bad);
	if (bad == NULL && *s >= '0' && *s <= '9')
		return len;
	*errstr = af == AF_INET ? "expected a prefix length of 0 to 32" :
				  "expected a prefix length of 0 to 128";
	return -1;
}

int
prefix_parse(struct prefix *p, const char *s, const char **errstr)
{
	char buf[ADDRSTRLEN];
	struct addr a;
	const char *slash;
	size_t n;
	int len = ADDR_BITS;

	if ((slash = strchr(s, '/')) != NULL) {
		n = (size_t)(slash - s) + 1;
		/* a word that is cut off here is too long for an address */
		strlcpy(buf, s, n < sizeof(buf) ? n : sizeof(buf));
		s = buf;
	}
	if (parse_addr(&a, s, errstr) == -1)
		return -1;
	if (slash != NULL) {
		if ((len = parse_len(slash + 1, addr_af(&a), errstr)) == -1)
			return -1;
		if (addr_af(&a) == AF_INET)
			len += ADDR_V4;
	}
	addr_mask(&a, len);
	p->a = a;
	p->len = len;
	return 0;
}

/* Prints an IPv4 address.  inet_ntop(3) would take many times as long, and
 * there may be a hundred thousand routes to show. */
static void
print_v4(const uint8_t *b, char *p)
{
	int i;

	for (i = 0; i < 4; i++) {
		if (i > 0)
			*p++ = '.';
		if (b[i] >= 100)
			*p++ = '0' + b[i] / 100;
		if (b[i] >= 10)
			*p++ = '0' + b[i] / 10 % 10;
		*p++ = '0' + b[i] % 10;
	}
	*p = '\0';
}

const char *
addr_print(const struct addr *a, char *buf)
{
	if (addr_af(a) == AF_INET)
		print_v4(addr_v4(a), buf);
	else if (inet_ntop(AF_INET6, a->b, buf, ADDRSTRLEN) == NULL)
		buf[0] = '\0';
	return buf;
}

const char *
prefix_print(const struct prefix *p, char *buf)
{
	unsigned int len = p->len;
	size_t n;

	addr_print(&p->a, buf);
	if (prefix_is_host(p))
		return buf;
	if (addr_af(&p->a) == AF_INET)
		len -= ADDR_V4;
	n = strlen(buf);
	snprintf(buf + n, ADDRSTRLEN - n, "/%u", len);
	return buf;
}

void
addr_to_sockaddr(const struct addr *a, struct sockaddr_storage *ss)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)ss;
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)ss;

	memset(ss, 0, sizeof(*ss));
	if (addr_af(a) == AF_INET) {
		sin->sin_family = AF_INET;
		SET_LEN(ss, sizeof(*sin));
		memcpy(&sin->sin_addr, addr_v4(a), 4);
		return;
	}
	sin6->sin6_family = AF_INET6;
	SET_LEN(ss, sizeof(*sin6));
	memcpy(&sin6->sin6_addr, a->b, sizeof(a->b));
}
