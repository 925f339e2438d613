/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>

#define IPPROTO_IP 0
#define IPPROTO_IGMP 2
#define IPPROTO_IPV6 41
#define IPPROTO_ICMPV6 58
#define INADDR_LOOPBACK 0x7f000001
#define IP_HDRINCL 2
#define IP_MULTICAST_IF 9
#define IP_MULTICAST_LOOP 11
#define IP_ADD_MEMBERSHIP 12
#define IP_DROP_MEMBERSHIP 13
#define IPV6_MULTICAST_IF 9
#define IPV6_JOIN_GROUP 12
#define IPV6_LEAVE_GROUP 13

typedef uint32_t in_addr_t;
typedef uint16_t in_port_t;

struct in_addr {
	in_addr_t s_addr;
} IN_ADDR_ATTRIBUTE;

struct sockaddr_in {
	uint8_t sin_len, sin_family;
	in_port_t sin_port;
	struct in_addr sin_addr;
	char sin_zero[8];
};

struct in6_addr {
	union {
		uint8_t bytes[16];
		uint32_t words[4];
	} as;
};
#define s6_addr as.bytes
#define IN6_IS_ADDR_LINKLOCAL(a) \
	((a)->s6_addr[0] == 0xfe && (a)->s6_addr[1] >> 6 == 2)

struct sockaddr_in6 {
	uint8_t sin6_len, sin6_family;
	in_port_t sin6_port;
	uint32_t sin6_flowinfo;
	struct in6_addr sin6_addr;
	uint32_t sin6_scope_id;
};

struct ip_mreq {
	struct in_addr imr_multiaddr, imr_interface;
};

struct ipv6_mreq {
	struct in6_addr ipv6mr_multiaddr;
	unsigned int ipv6mr_interface;
};

uint32_t htonl(uint32_t);
uint16_t htons(uint16_t);
