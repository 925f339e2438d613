/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The messages of multicast router discovery, made and checked.
 */
#include <string.h>

#include "mrdisc_packet.h"

#define IGMP 2 /* the protocol */

enum { ADVERTISEMENT, SOLICITATION, TERMINATION };

static const uint8_t types[2][3] = {
	{ 0x30, 0x31, 0x32 }, /* IGMP */
	{ 151, 152, 153 },    /* ICMPv6 */
};

/* The Internet checksum of p; 0 if p contains its own right checksum. */
static uint16_t
checksum(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

static size_t
put_checksum(uint8_t *buf, int v6, size_t len)
{
	uint16_t sum = v6 ? 0 : checksum(buf, len);

	buf[2] = sum >> 8;
	buf[3] = sum & 0xff;
	return len;
}

/* The second half, Query Interval and Robustness Variable, is 0: this daemon is
 * no querier of IGMP or MLD. */
size_t
mrdisc_advertisement(uint8_t *buf, int v6, uint8_t interval)
{
	memset(buf, 0, 8);
	buf[0] = types[v6][ADVERTISEMENT];
	buf[1] = interval;
	return put_checksum(buf, v6, 8);
}

size_t
mrdisc_termination(uint8_t *buf, int v6)
{
	memset(buf, 0, 4);
	buf[0] = types[v6][TERMINATION];
	return put_checksum(buf, v6, 4);
}

/* Bytes after the first four are ignored, but the checksum covers them. */
int
mrdisc_solicits_v4(const uint8_t *p, size_t len)
{
	size_t head;

	if (len < 20 || p[0] >> 4 != 4)
		return 0;
	head = (p[0] & 0x0f) * 4;
	if (head < 20 || len < head + 4)
		return 0;
	return p[8] == 1 && p[9] == IGMP &&
	    memcmp(p + 16, ALL_ROUTERS_V4, 4) == 0 &&
	    p[head] == types[0][SOLICITATION] &&
	    checksum(p + head, len - head) == 0;
}

int
mrdisc_solicits_v6(const uint8_t *p, size_t len, const struct addr *src,
    const struct addr *dst, int hops)
{
	return len >= 4 && p[0] == types[1][SOLICITATION] && hops == 1 &&
	    src->b[0] == 0xfe && (src->b[1] & 0xc0) == 0x80 &&
	    memcmp(dst->b, ALL_ROUTERS_V6, 16) == 0;
}
