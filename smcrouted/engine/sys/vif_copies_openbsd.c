/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * OpenBSD sends nothing back, and reports no packet on a wrong interface.
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
	(void)v6;
	return 0;
}
