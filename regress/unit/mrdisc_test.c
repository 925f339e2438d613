/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The messages of router discovery: by hand, cut at every length, with every
 * bit changed, and at random.
 */
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "engine/lib/mrdisc_packet.h"
#include "check.h"
#include "rnd.h"

#define ROUNDS 100000

/* From 10.0.0.9, TTL 1, router alert. */
static const uint8_t packet4[] = { 0x46, 0xc0, 0, 28, 0, 0, 0x40, 0, 1, 2, 0, 0,
	10, 0, 0, 9, 224, 0, 0, 2, 0x94, 4, 0, 0, 0x31, 0, 0xce, 0xff };
static const uint8_t message6[] = { 152, 0, 0x12, 0x34 };

static struct addr
addr6(const char *s)
{
	struct in6_addr a6;
	struct addr a;

	if (inet_pton(AF_INET6, s, &a6) != 1)
		exit(1);
	addr_from_v6(&a, &a6);
	return a;
}

/* In a block of exactly that size, so that a sanitizer sees what is read. */
static int
solicits(int v6, const uint8_t *p, size_t len)
{
	static struct addr src, dst;
	uint8_t *copy = malloc(len == 0 ? 1 : len);
	int rc;

	if (copy == NULL)
		exit(1);
	memcpy(copy, p, len);
	src = addr6("fe80::9");
	dst = addr6("ff02::2");
	rc = v6 ? mrdisc_solicits_v6(copy, len, &src, &dst, 1) :
		  mrdisc_solicits_v4(copy, len);
	free(copy);
	return rc;
}

static void
test_made(void)
{
	static const uint8_t ad4[] = { 0x30, 20, 0xcf, 0xeb, 0, 0, 0, 0 };
	static const uint8_t ad4_max[] = { 0x30, 180, 0xcf, 0x4b, 0, 0, 0, 0 };
	static const uint8_t ad6[] = { 151, 20, 0, 0, 0, 0, 0, 0 };
	static const uint8_t end4[] = { 0x32, 0, 0xcd, 0xff };
	static const uint8_t end6[] = { 153, 0, 0, 0 };
	uint8_t buf[MRDISC_LEN];

	memset(buf, 0xa5, sizeof(buf));
	CHECK(mrdisc_advertisement(buf, 0, 20) == 8);
	CHECK(memcmp(buf, ad4, 8) == 0);
	CHECK(mrdisc_advertisement(buf, 0, 180) == 8);
	CHECK(memcmp(buf, ad4_max, 8) == 0);
	CHECK(mrdisc_advertisement(buf, 1, 20) == 8);
	CHECK(memcmp(buf, ad6, 8) == 0);
	memset(buf, 0xa5, sizeof(buf));
	CHECK(mrdisc_termination(buf, 0) == 4);
	CHECK(memcmp(buf, end4, 4) == 0);
	CHECK(mrdisc_termination(buf, 1) == 4);
	CHECK(memcmp(buf, end6, 4) == 0);
}

/* Those bits of an IPv4 header that may be anything: TOS, length, ID, fragment,
 * checksum (the kernel has seen to those), source, options. */
static int
is_free(size_t byte)
{
	return (byte >= 1 && byte <= 7) || (byte >= 10 && byte <= 15) ||
	    (byte >= 20 && byte <= 23);
}

static void
test_v4(void)
{
	uint8_t p[sizeof(packet4) + 100];
	size_t i, len = sizeof(packet4);

	memset(p, 0, sizeof(p));
	memcpy(p, packet4, len);
	for (i = 0; i < len; i++)
		CHECK(!solicits(0, p, i));
	CHECK(solicits(0, p, len));
	for (i = 0; i < len * 8; i++) {
		p[i / 8] ^= 1 << i % 8;
		CHECK(solicits(0, p, len) == is_free(i / 8));
		p[i / 8] ^= 1 << i % 8;
	}
	/* more data, which is in the checksum */
	for (i = len; i <= sizeof(p); i++)
		CHECK(solicits(0, p, i));
	p[len] = 1;
	CHECK(!solicits(0, p, sizeof(p)));
	p[len] = 0;
	p[len + 1] = 1;
	p[len - 1] = 0xfe;
	CHECK(solicits(0, p, sizeof(p)));
	/* without options, and with more than there are */
	memmove(p + 20, p + 24, 4);
	p[0] = 0x45;
	p[23] = 0xff;
	CHECK(solicits(0, p, 24));
	p[0] = 0x4f;
	CHECK(!solicits(0, p, 24));
	p[0] = 0x44;
	CHECK(!solicits(0, p, 24));
}

static void
test_v6(void)
{
	struct addr src = addr6("fe80::9"), dst = addr6("ff02::2"), a;
	uint8_t p[sizeof(message6) + 100];
	size_t i, len = sizeof(message6);

	memset(p, 0xff, sizeof(p));
	memcpy(p, message6, len);
	for (i = 0; i <= sizeof(p); i++)
		CHECK(solicits(1, p, i) == (i >= len));
	for (i = 0; i < 256; i++) {
		p[0] = i;
		CHECK(solicits(1, p, len) == (i == 152));
		p[0] = 152;
		CHECK(mrdisc_solicits_v6(p, len, &src, &dst, i) == (i == 1));
	}
	a = addr6("2001:db8::9");
	CHECK(!mrdisc_solicits_v6(p, len, &a, &dst, 1));
	a = addr6("fec0::9");
	CHECK(!mrdisc_solicits_v6(p, len, &a, &dst, 1));
	a = addr6("::");
	CHECK(!mrdisc_solicits_v6(p, len, &a, &dst, 1));
	a = addr6("febf::9");
	CHECK(mrdisc_solicits_v6(p, len, &a, &dst, 1));
	a = addr6("ff02::6a");
	CHECK(!mrdisc_solicits_v6(p, len, &src, &a, 1));
	a = addr6("ff05::2");
	CHECK(!mrdisc_solicits_v6(p, len, &src, &a, 1));
}

static void
test_random(void)
{
	uint8_t p[64];
	size_t i, n, len;

	for (n = 0; n < ROUNDS; n++) {
		len = rnd(sizeof(p) + 1);
		for (i = 0; i < len; i++)
			p[i] = rnd(256);
		if (len > 0)
			p[0] = 0x40 | rnd(16);
		(void)solicits(0, p, len);
		(void)solicits(1, p, len);
	}
}

int
main(void)
{
	rnd_init();
	test_made();
	test_v4();
	test_v6();
	test_random();
	return rnd_end();
}
