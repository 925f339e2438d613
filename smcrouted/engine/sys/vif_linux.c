/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Linux makes a VIF of any interface, by its index.
 */
#include "common/wire.h"
#include "vif.h"

int
vif_ready(uint32_t ifindex, unsigned int flags, int v6, uint8_t local[4])
{
	(void)ifindex;
	(void)flags;
	(void)v6;
	(void)local;
	return 1;
}

int
vif_keeps(unsigned int flags, int v6)
{
	(void)flags;
	(void)v6;
	return 1;
}

int
vif_slots(void)
{
	return MAXVIF;
}
