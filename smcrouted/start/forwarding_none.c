/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * NetBSD forwards multicast when a daemon has the mroute socket.
 */
#include "start.h"

int
forwarding_check(int v6)
{
	(void)v6;
	return 0;
}
