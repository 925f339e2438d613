/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Packets of any host on the link, as the raw sockets of router discovery
 * deliver them: only a valid solicitation may pass for one.
 */
#include <sys/types.h>
#include <netinet/in.h>
#include <netinet/ip.h>

#include "engine/lib/mrdisc_packet.h"
#include "fuzz.h"

/* Of 16-bit words as they stand: the sum does not mind the order of bytes. */
static uint16_t
sum16(const uint8_t *p, size_t len)
{
	uint64_t sum = 0;
	uint16_t word;

	for (; len > 0; p += sizeof(word), len -= sizeof(word)) {
		word = 0;
		memcpy(&word, p, len < sizeof(word) ? len : sizeof(word));
		sum += word;
		if (len < sizeof(word))
			break;
	}
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static int
expect_v4(const uint8_t *data, size_t size)
{
	struct ip ip;
	size_t head;

	if (size < sizeof(ip))
		return 0;
	memcpy(&ip, data, sizeof(ip));
	head = ip.ip_hl * 4;
	return ip.ip_v == 4 && head >= sizeof(ip) && size >= head + 4 &&
	    ip.ip_ttl == 1 && ip.ip_p == IPPROTO_IGMP &&
	    ip.ip_dst.s_addr == htonl(0xe0000002) && data[head] == 0x31 &&
	    sum16(data + head, size - head) == 0;
}

/* A fuzzer does not find a checksum by chance. */
static void
set_checksum(uint8_t *data, size_t size)
{
	size_t head = (data[0] & 0x0f) * 4;
	uint16_t sum;

	if (head < 20 || size < head + 4)
		return;
	memset(data + head + 2, 0, sizeof(sum));
	sum = sum16(data + head, size - head);
	memcpy(data + head + 2, &sum, sizeof(sum));
}

static void
try_v6(struct input in)
{
	static const uint8_t routers[16] = { 0xff, 2, [15] = 2 };
	struct addr src, dst;
	uint8_t hops, *p;
	size_t len;
	int ok;

	if (in.len < 33)
		return;
	memcpy(src.b, in_bytes(&in, 16, &len), 16);
	memcpy(dst.b, in_bytes(&in, 16, &len), 16);
	hops = in_u8(&in);
	p = in_copy(&in, in.len, &len);
	ok = len >= 4 && p[0] == 152 && hops == 1 &&
	    IN6_IS_ADDR_LINKLOCAL((struct in6_addr *)src.b) &&
	    memcmp(dst.b, routers, sizeof(routers)) == 0;
	MUST(mrdisc_solicits_v6(p, len, &src, &dst, hops) == ok);
	free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	uint8_t *p;
	size_t len;

	try_v6(in);
	MUST(mrdisc_solicits_v4(data, size) == expect_v4(data, size));
	if (size == 0)
		return 0;
	p = in_copy(&in, in.len, &len);
	set_checksum(p, len);
	MUST(mrdisc_solicits_v4(p, len) == expect_v4(p, len));
	free(p);
	return 0;
}
