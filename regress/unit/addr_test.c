/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Addresses and prefixes, by tables and against naive models with random input.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/addr.h"
#include "check.h"

#define ROUNDS 20000

static const char *
parse(const char *s)
{
	static char buf[ADDRSTRLEN];
	struct prefix p;
	const char *errstr = NULL;

	if (prefix_parse(&p, s, &errstr) == -1)
		return errstr == NULL ? "no reason" : errstr;
	return prefix_print(&p, buf);
}

static struct prefix
prefix(const char *s)
{
	struct prefix p;
	const char *errstr;

	memset(&p, 0xa5, sizeof(p));
	if (prefix_parse(&p, s, &errstr) == -1) {
		fprintf(stderr, "%s: %s\n", s, errstr);
		check_failed++;
	}
	return p;
}

static struct addr
addr(const char *s)
{
	return prefix(s).a;
}

static void
test_parse(void)
{
	static const struct {
		const char *in, *out;
	} ok[] = {
		{ "10.1.2.3", "10.1.2.3" },
		{ "10.1.2.3/32", "10.1.2.3" },
		{ "10.1.2.3/31", "10.1.2.2/31" },
		{ "10.1.2.3/8", "10.0.0.0/8" },
		{ "10.1.2.3/0", "0.0.0.0/0" },
		{ "10.1.2.3/00", "0.0.0.0/0" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "0.0.0.0/0", "0.0.0.0/0" },
		{ "255.255.255.255/1", "128.0.0.0/1" },
		{ "225.1.2.3/24", "225.1.2.0/24" },
		{ "::", "::" },
		{ "::/0", "::/0" },
		{ "::1", "::1" },
		{ "ff05::1:3/128", "ff05::1:3" },
		{ "ff05::1:3/127", "ff05::1:2/127" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/1", "8000::/1" },
		{ "ff35:30:fd00:0:10::/80", "ff35:30:fd00:0:10::/80" },
		{ "FF05::/16", "ff05::/16" },
		{ "::1.2.3.4", "::1.2.3.4" },
	};
	size_t i;

	for (i = 0; i < sizeof(ok) / sizeof(ok[0]); i++) {
		if (strcmp(parse(ok[i].in), ok[i].out) == 0)
			continue;
		fprintf(stderr, "%s: not %s: %s\n", ok[i].in, ok[i].out,
		    parse(ok[i].in));
		check_failed++;
	}
}

static void
test_parse_errors(void)
{
	static const char *const not_addr[] = { "", "/", "/8", "a", "10.1.2",
		"10.1.2.3.4", "10.1.2.256", "10.1.2.-3", " 10.1.2.3",
		"10.1.2.3 ", "1.2.3.4x", "br-lan.100", "::g", ":",
		":::", "fe80::1%lo", "1:2:3:4:5:6:7:8:9", "0x0a.0.0.1" };
	static const char *const not_v4len[] = { "10.0.0.0/", "10.0.0.0/33",
		"10.0.0.0/-0", "10.0.0.0/+8", "10.0.0.0/ 8", "10.0.0.0/8 ",
		"10.0.0.0/8x", "10.0.0.0/0x8", "10.0.0.0//8", "10.0.0.0/8/8",
		"10.0.0.0/4294967296", "10.0.0.0/99999999999999999999" };
	static const char *const not_v6len[] = { "ff05::/", "ff05::/129",
		"ff05::/-1", "ff05::/x" };
	static const char *const in_mapped[] = { "::ffff:10.1.2.3",
		"::ffff:0:0", "::ffff:10.0.0.0/104", "::ffff:0:0/96",
		"0:0:0:0:0:ffff:0a01:0203" };
	char big[4096];
	size_t i;

	for (i = 0; i < sizeof(not_addr) / sizeof(not_addr[0]); i++)
		CHECK(strcmp(parse(not_addr[i]),
			  "expected an IPv4 or IPv6 address") == 0);
	for (i = 0; i < sizeof(not_v4len) / sizeof(not_v4len[0]); i++)
		CHECK(strcmp(parse(not_v4len[i]),
			  "expected a prefix length of 0 to 32") == 0);
	for (i = 0; i < sizeof(not_v6len) / sizeof(not_v6len[0]); i++)
		CHECK(strcmp(parse(not_v6len[i]),
			  "expected a prefix length of 0 to 128") == 0);
	for (i = 0; i < sizeof(in_mapped) / sizeof(in_mapped[0]); i++)
		CHECK(strcmp(parse(in_mapped[i]),
			  "expected an IPv4 address without ::ffff:") == 0);
	memset(big, '1', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	CHECK(strcmp(parse(big), "expected an IPv4 or IPv6 address") == 0);
	memcpy(big, "10.0.0.0/", 9);
	CHECK(strcmp(parse(big), "expected a prefix length of 0 to 32") == 0);
}

static void
test_kinds(void)
{
	static const struct {
		const char *s;
		int any, multicast, linklocal, source;
	} t[] = {
		{ "0.0.0.0", 1, 0, 0, 0 },
		{ "::", 1, 0, 0, 0 },
		{ "10.0.0.1", 0, 0, 0, 1 },
		{ "223.255.255.255", 0, 0, 0, 1 },
		{ "224.0.0.0", 0, 1, 1, 0 },
		{ "224.0.0.255", 0, 1, 1, 0 },
		{ "224.0.1.0", 0, 1, 0, 0 },
		{ "224.1.0.0", 0, 1, 0, 0 },
		{ "239.255.255.255", 0, 1, 0, 0 },
		{ "240.0.0.0", 0, 0, 0, 1 },
		{ "::1", 0, 0, 0, 1 },
		{ "::224.0.0.1", 0, 0, 0, 1 },
		{ "fe80::1", 0, 0, 0, 1 },
		{ "feff::1", 0, 0, 0, 1 },
		{ "ff01::1", 0, 1, 1, 0 },
		{ "ff02::1", 0, 1, 1, 0 },
		{ "ff12::1", 0, 1, 1, 0 },
		{ "fff1::1", 0, 1, 1, 0 },
		{ "ff32::1", 0, 1, 1, 0 },
		{ "ff03::1", 0, 1, 0, 0 },
		{ "ff05::1", 0, 1, 0, 0 },
		{ "ff0e::1", 0, 1, 0, 0 },
		{ "ff00::1", 0, 1, 1, 0 },
		{ "ff10::1", 0, 1, 1, 0 },
	};
	struct addr a;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		a = addr(t[i].s);
		if (addr_is_any(&a) != t[i].any ||
		    addr_is_multicast(&a) != t[i].multicast ||
		    addr_is_linklocal_group(&a) != t[i].linklocal ||
		    addr_is_source(&a) != t[i].source) {
			fprintf(stderr, "%s: taken for another kind\n", t[i].s);
			check_failed++;
		}
		CHECK(
		    (addr_af(&a) == AF_INET) == (strchr(t[i].s, ':') == NULL));
	}
}

static void
test_any(void)
{
	struct prefix p, q;
	struct addr a;

	prefix_any(&p, AF_INET);
	q = prefix("0.0.0.0/0");
	CHECK(p.len == ADDR_V4 && q.len == ADDR_V4);
	CHECK(addr_cmp(&p.a, &q.a) == 0);
	CHECK(prefix_is_any(&p));
	CHECK(addr_af(&p.a) == AF_INET);
	a = addr("1.2.3.4");
	CHECK(prefix_match(&p, &a));
	a = addr("::1");
	CHECK(!prefix_match(&p, &a));

	prefix_any(&p, AF_INET6);
	q = prefix("::/0");
	CHECK(p.len == 0 && q.len == 0);
	CHECK(addr_cmp(&p.a, &q.a) == 0);
	CHECK(prefix_is_any(&p));
	CHECK(addr_af(&p.a) == AF_INET6);
	a = addr("::1");
	CHECK(prefix_match(&p, &a));
	a = addr("1.2.3.4");
	CHECK(!prefix_match(&p, &a));

	p = prefix("0.0.0.0");
	CHECK(!prefix_is_any(&p) && prefix_is_host(&p));
	p = prefix("::");
	CHECK(!prefix_is_any(&p) && prefix_is_host(&p));
	p = prefix("128.0.0.0/1");
	CHECK(!prefix_is_any(&p) && !prefix_is_host(&p));
	p = prefix("::/1");
	CHECK(!prefix_is_any(&p) && !prefix_is_host(&p));
	/* one bit fewer than the prefix of mapped addresses */
	p = prefix("::fffe:0:0/95");
	a = addr("1.2.3.4");
	CHECK(!prefix_match(&p, &a));
}

static void
test_count(void)
{
	struct prefix p;

	p = prefix("10.0.0.1");
	CHECK(prefix_count(&p) == 1);
	p = prefix("ff05::1");
	CHECK(prefix_count(&p) == 1);
	p = prefix("10.0.0.0/24");
	CHECK(prefix_count(&p) == 256);
	p = prefix("0.0.0.0/0");
	CHECK(prefix_count(&p) == (uint64_t)1 << 32);
	p = prefix("ff05::/112");
	CHECK(prefix_count(&p) == 65536);
	p = prefix("ff05::/65");
	CHECK(prefix_count(&p) == (uint64_t)1 << 63);
	p = prefix("ff05::/64");
	CHECK(prefix_count(&p) == UINT64_MAX);
	p = prefix("::/0");
	CHECK(prefix_count(&p) == UINT64_MAX);
}

static void
test_add(void)
{
	static const struct {
		const char *a;
		uint64_t n;
		const char *sum;
	} t[] = {
		{ "10.0.0.1", 0, "10.0.0.1" },
		{ "10.0.0.255", 1, "10.0.1.0" },
		{ "10.255.255.255", 1, "11.0.0.0" },
		{ "225.0.0.0", 65535, "225.0.255.255" },
		{ "ff05::ffff", 1, "ff05::1:0" },
		{ "ff05::ffff:ffff:ffff:ffff", 1, "ff05:0:0:1::" },
		{ "ff05::1", UINT64_MAX, "ff05:0:0:1::" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1, "::" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 2, "::1" },
	};
	char buf[ADDRSTRLEN];
	struct addr a;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		a = addr(t[i].a);
		addr_add(&a, t[i].n);
		if (strcmp(addr_print(&a, buf), t[i].sum) == 0)
			continue;
		fprintf(stderr, "%s: sum is %s\n", t[i].a, buf);
		check_failed++;
	}
}

static void
test_sockaddr(void)
{
	struct sockaddr_storage ss;
	struct sockaddr_in *sin = (struct sockaddr_in *)&ss;
	struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)&ss;
	struct addr a, b;

	a = addr("225.1.2.3");
	memset(&ss, 0xa5, sizeof(ss));
	addr_to_sockaddr(&a, &ss);
	CHECK(ss.ss_family == AF_INET && sin->sin_port == 0);
	CHECK(sin->sin_addr.s_addr == htonl(0xe1010203));
	addr_from_v4(&b, &sin->sin_addr);
	CHECK(addr_cmp(&a, &b) == 0);
	CHECK(memcmp(addr_v4(&a), &sin->sin_addr, 4) == 0);

	a = addr("ff05::1:3");
	memset(&ss, 0xa5, sizeof(ss));
	addr_to_sockaddr(&a, &ss);
	CHECK(ss.ss_family == AF_INET6 && sin6->sin6_port == 0);
	CHECK(sin6->sin6_scope_id == 0 && sin6->sin6_flowinfo == 0);
	addr_from_v6(&b, &sin6->sin6_addr);
	CHECK(addr_cmp(&a, &b) == 0);
}

static void
random_addr(struct addr *a, int af)
{
	uint8_t b[16];
	size_t i;

	/* runs of zeros, as "::" stands for */
	for (i = 0; i < sizeof(b); i++)
		b[i] = random() % 2 ? random() : 0;
	if (af == AF_INET)
		addr_from_v4(a, b);
	else {
		b[0] |= 0x20; /* never mapped */
		addr_from_v6(a, b);
	}
}

static int
bit(const struct addr *a, unsigned int n)
{
	return a->b[n / 8] >> (7 - n % 8) & 1;
}

static int
naive_match(const struct prefix *p, const struct addr *a)
{
	unsigned int i;

	for (i = 0; i < p->len; i++)
		if (bit(&p->a, i) != bit(a, i))
			return 0;
	return 1;
}

/* Text as inet_ntop(3) has it, with a length, to a prefix and back. */
static void
random_text(int af, unsigned int bits)
{
	char text[ADDRSTRLEN], with[ADDRSTRLEN + 8], out[ADDRSTRLEN];
	struct addr a;
	struct prefix p, q;
	const char *errstr;
	unsigned int i, len = random() % (bits + 1);

	random_addr(&a, af);
	inet_ntop(af, af == AF_INET ? addr_v4(&a) : a.b, text, sizeof(text));
	CHECK(strcmp(addr_print(&a, out), text) == 0);
	CHECK(prefix_parse(&p, text, &errstr) == 0);
	CHECK(prefix_is_host(&p) && addr_cmp(&p.a, &a) == 0);

	snprintf(with, sizeof(with), "%s/%u", text, len);
	CHECK(prefix_parse(&p, with, &errstr) == 0);
	CHECK(p.len == len + ADDR_BITS - bits);
	for (i = 0; i < ADDR_BITS; i++)
		CHECK(bit(&p.a, i) == (i < p.len ? bit(&a, i) : 0));
	CHECK(prefix_parse(&q, prefix_print(&p, out), &errstr) == 0);
	CHECK(q.len == p.len && addr_cmp(&q.a, &p.a) == 0);
	CHECK((strchr(out, '/') == NULL) == (len == bits));
}

/* An address that differs from the prefix in one bit, or not at all. */
static void
random_match(int af, unsigned int bits)
{
	struct prefix p;
	struct addr a, b;
	unsigned int flip = ADDR_BITS - 1 - random() % bits;

	random_addr(&a, af);
	p.a = a;
	p.len = ADDR_BITS - random() % (bits + 1);
	addr_mask(&p.a, p.len);
	CHECK(prefix_match(&p, &a));
	b = a;
	b.b[flip / 8] ^= 0x80 >> flip % 8;
	if (addr_af(&b) != addr_af(&a))
		return;
	CHECK(prefix_match(&p, &b) == naive_match(&p, &b));
	CHECK(prefix_match(&p, &b) == (flip >= p.len));
	CHECK(addr_cmp(&a, &b) != 0);
	random_addr(&b, af);
	CHECK(prefix_match(&p, &b) == naive_match(&p, &b));
}

/* Sums against steps of one, and against 64-bit arithmetic. */
static void
random_sum(void)
{
	struct addr a, b;
	uint64_t n, low = 0;
	unsigned int i;

	random_addr(&a, AF_INET6);
	n = random() % 600;
	b = a;
	addr_add(&a, n);
	for (i = 0; i < n; i++)
		addr_add(&b, 1);
	CHECK(addr_cmp(&a, &b) == 0);

	n = (uint64_t)random() << 33 ^ (uint64_t)random() << 11 ^ random();
	for (i = 8; i < 16; i++)
		low = low << 8 | a.b[i];
	addr_add(&b, n);
	for (i = 0; i < 8; i++)
		CHECK(b.b[15 - i] == ((low + n) >> 8 * i & 0xff));
	CHECK(b.b[7] == (uint8_t)(a.b[7] + (low + n < low)));
}

int
main(void)
{
	unsigned int i;

	test_parse();
	test_parse_errors();
	test_kinds();
	test_any();
	test_count();
	test_add();
	test_sockaddr();
	srandom(1);
	for (i = 0; i < ROUNDS; i++) {
		random_text(AF_INET, 32);
		random_text(AF_INET6, 128);
		random_match(AF_INET, 32);
		random_match(AF_INET6, 128);
		random_sum();
	}
	return check_end();
}
