/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The messages of multicast router discovery as bytes, RFC 4286.
 */
#ifndef MRDISC_PACKET_H
#define MRDISC_PACKET_H

#include <stddef.h>
#include <stdint.h>
#include "common/addr.h"

/* Advertisements are sent to all snoopers, solicitations to all routers. */
#define ALL_SNOOPERS_V4 "\xe0\0\0\x6a"
#define ALL_SNOOPERS_V6 "\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\x6a"
#define ALL_ROUTERS_V4	"\xe0\0\0\2"
#define ALL_ROUTERS_V6	"\xff\2\0\0\0\0\0\0\0\0\0\0\0\0\0\2"

#define MRDISC_LEN 8 /* bytes of the longest message made here */

/*
 * Write a message without its IP header into buf (MRDISC_LEN bytes) and return
 * its length.  v6: 0 IGMP, 1 ICMPv6, whose checksum the system fills in.
 * interval: seconds between advertisements.
 */
size_t mrdisc_advertisement(uint8_t *buf, int v6, uint8_t interval);
size_t mrdisc_termination(uint8_t *buf, int v6);

/* 1 for a valid solicitation: an IPv4 packet with its header, or an ICMPv6
 * message, whose checksum the system has checked. */
int mrdisc_solicits_v4(const uint8_t *, size_t);
int mrdisc_solicits_v6(const uint8_t *, size_t, const struct addr *src,
    const struct addr *dst, int hops);

#endif
