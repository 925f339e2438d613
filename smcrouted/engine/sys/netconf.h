/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * How the kernel is set up for interfaces, where that decides whether multicast
 * is forwarded.  One file per system.
 */
#ifndef NETCONF_H
#define NETCONF_H

#include <stdint.h>
#include "common/addr.h"

#define NETCONF_NO_MC4	0x01 /* multicast forwarding is off */
#define NETCONF_NO_MC6	0x02
#define NETCONF_NO_IPV6 0x04 /* IPv6 is disabled */

struct netconf {
	unsigned int bits; /* NETCONF_* */
	/* The reverse path filter of IPv4: 0 none, 1 strict, 2 loose.  The
	 * greater of the two values is in force. */
	int rp_filter;
	int rp_filter_all;
};

/* Calls f for each interface.  0, or -1: unknown. */
int netconf_read(void (*f)(uint32_t ifindex, const struct netconf *, void *),
    void *);

/*
 * Whether multicast packets from this IPv4 source may come in on the
 * interface, by the kernel's own check of sources.  1, 0, or -1: unknown.
 */
int netconf_admits(uint32_t ifindex, const struct addr *src);

/* The interface that packets to an address leave by; 0: none, UINT32_MAX: our
 * own address. */
uint32_t netconf_way_to(const struct addr *);

#endif
