/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * FreeBSD hears everything that it sends.
 */
#include "vif.h"

int
vif_hears_copies(void)
{
	return 1;
}
