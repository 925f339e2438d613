/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * FreeBSD forwards what it hears of itself, and reports it for IPv4.
 */
#include "vif.h"

int
vif_sends_back(void)
{
	return 0;
}

int
vif_hears_copies(int v6)
{
	return !v6;
}
