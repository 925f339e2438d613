/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * FreeBSD and NetBSD forward multicast when a daemon has the mroute socket.
 */
#include "start.h"

void
forwarding_check(int v6)
{
	(void)v6;
}
