/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Linux, NetBSD and OpenBSD hear what they send only where it is joined.
 */
#include "vif.h"

int
vif_hears_copies(void)
{
	return 0;
}
