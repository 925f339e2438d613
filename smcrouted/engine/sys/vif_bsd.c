/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * On the BSDs an IPv4 VIF needs an address.  A packet for an IPv6 entry with an
 * interface that is going away can crash the kernel: so an interface has a MIF
 * only while it is up.
 */
#include <net/if.h>
#include <string.h>

#include "common/wire.h"
#include "ifaddr.h"
#include "vif.h"

#ifdef __OpenBSD__
#define SLOTS MAXVIF
#else /* the last one is the loopback interface's: see start/mroute_bsd.c */
#define SLOTS (MAXVIF - 1)
#endif

int
vif_ready(uint32_t ifindex, unsigned int flags, int v6, uint8_t local[4])
{
	struct addr a;

	if (v6)
		return vif_keeps(flags, v6);
	if (ifaddr_source(ifindex, 0, &a) == -1)
		return 0;
	memcpy(local, addr_v4(&a), 4);
	return 1;
}

int
vif_keeps(unsigned int flags, int v6)
{
	return !v6 || (flags & IFF_UP) != 0;
}

int
vif_slots(void)
{
	return SLOTS;
}
