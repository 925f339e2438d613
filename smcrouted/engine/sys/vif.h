/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What an interface must have before the kernel can make a VIF of it.  One file
 * per system.
 */
#ifndef VIF_H
#define VIF_H

#include <stdint.h>

/* flags: IFF_ of the interface.  1: the kernel can be asked, for IPv4 with this
 * local address, if it is not 0; 0: not yet. */
int vif_ready(uint32_t ifindex, unsigned int flags, int v6, uint8_t local[4]);

/* 0 when an interface with these flags must lose its VIF. */
int vif_keeps(unsigned int flags, int v6);

/* How many slots there are for interfaces, at most MAXVIF. */
int vif_slots(void);

/* 0 when an entry cannot have its inbound interface among its oifs: the kernel
 * sends nothing there, or each packet until its TTL is used up. */
int vif_sends_back(void);

/* 1 when the kernel reports the packets that it sends out of an interface as
 * packets that came in there. */
int vif_hears_copies(int v6);

#endif
