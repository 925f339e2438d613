/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * How the kernel is set up for interfaces, where that decides whether multicast
 * is forwarded.  One file per system.
 */
#ifndef NETCONF_H
#define NETCONF_H

#include <stdint.h>
#include "common/addr.h"

#define NETCONF_NO_FORWARD4 0x01 /* IPv4 forwarding is off */
#define NETCONF_NO_FORWARD6 0x02
#define NETCONF_NO_MC4	    0x04 /* multicast forwarding is off */
#define NETCONF_NO_MC6	    0x08
#define NETCONF_NO_IPV6	    0x10 /* IPv6 is disabled */
#define NETCONF_STRICT	    0x20 /* drops what comes from elsewhere (IPv4) */

/* Calls f for each interface with what is so there.  0, or -1: unknown. */
int netconf_read(void (*f)(uint32_t ifindex, unsigned int, void *), void *);

/* The interface that packets to an address leave by; 0: none, UINT32_MAX: our
 * own address. */
uint32_t netconf_way_to(const struct addr *);

#endif
