/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Linux and NetBSD hear what they send only where it is joined.
 */
#include "vif.h"

int
vif_sends_back(void)
{
	return 1;
}

int
vif_hears_copies(int v6)
{
	(void)v6;
	return 0;
}
