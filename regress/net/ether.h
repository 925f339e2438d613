/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The packets of the tests: UDP in IPv4 or IPv6 in Ethernet, made and read
 * byte by byte, so that any source, group and TTL can be had.
 */
#ifndef ETHER_H
#define ETHER_H

#include <stddef.h>
#include <stdint.h>

#define ETHER_MAX   1514
#define ETHER_IP4   0x0800
#define ETHER_IP6   0x86dd
#define ETHER_FENCE 0x88b5 /* set aside by IEEE for experiments */

struct flow {
	int v6;
	uint8_t src[16]; /* IPv4 uses the first four */
	uint8_t grp[16];
	uint32_t number; /* of the packet; not a part of the flow's name */
};

/* A fence packet: when it arrives, everything sent before it has arrived. */
struct fence {
	uint32_t magic;
	uint32_t id; /* pid of the process that made the flow */
	uint32_t cpu;
	uint32_t step;
};

/* Parses "10.0.0.1" and "225.1.1.1".  0, or -1 when they are no addresses or of
 * different families. */
int flow_parse(struct flow *, const char *src, const char *grp);
/* The flow whose source and group are greater by that much than f's. */
struct flow flow_nth(const struct flow *f, uint32_t src, uint32_t grp);
int flow_cmp(const struct flow *, const struct flow *);

/* Writes the packet into buf (ETHER_MAX bytes) and returns its length. */
size_t ether_udp(uint8_t *buf, const struct flow *, int ttl);
size_t ether_fence(uint8_t *buf, const struct fence *);
/* Parses a frame.  0 and the flow, or -1: it is no packet of the tests. */
int ether_read_udp(const uint8_t *, size_t, struct flow *);
int ether_read_fence(const uint8_t *, size_t, struct fence *);

#endif
