/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The kernel's settings of interfaces that decide whether multicast is
 * forwarded.  One file per system.
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
	/* Reverse path filter of IPv4, of the interface and of "all": 0 none, 1
	 * strict, 2 loose.  The kernel uses the greater of the two values. */
	int rp_filter;
	int rp_filter_all;
};

/* Calls f for each interface.  0, or -1: the kernel does not tell. */
int netconf_read(void (*f)(uint32_t ifindex, const struct netconf *, void *),
    void *);

/*
 * Asks the kernel whether its source checks would let multicast packets from
 * this IPv4 source in on the interface.  1: yes, 0: no, -1: unknown.
 */
int netconf_admits(uint32_t ifindex, const struct addr *src);

/* On the BSDs: opens the socket for netconf_way_to(), for all engines of the
 * nursery. */
void netconf_prepare(void);
/* The index of the interface by which packets to this address leave; 0: there
 * is none, UINT32_MAX: it is an address of this host. */
uint32_t netconf_way_to(const struct addr *);

#endif
