/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The BSDs: routing sockets, which no promise of OpenBSD's pledge(2) allows.
 */
#include "ifevent.h"
#include "netconf.h"
#include "prepare.h"

void
prepare(void)
{
	ifevent_prepare();
	netconf_prepare();
}
