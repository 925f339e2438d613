/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What iface.c and vif_bsd.c call, for tests in which no interface changes or
 * gets a slot.
 */
#include "engine/sys/ifaddr.h"
#include "engine/sys/ifevent.h"

void
ifevent_start(const struct ifevent_handler *h)
{
	(void)h;
}

int
ifaddr_each_v4(void (*f)(uint32_t, void *), void *arg)
{
	(void)f;
	(void)arg;
	return 0;
}

int
ifaddr_source(uint32_t ifindex, int v6, struct addr *addr)
{
	(void)ifindex;
	(void)v6;
	(void)addr;
	return -1;
}
