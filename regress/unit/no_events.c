/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What iface.c calls, for tests in which no interface changes.
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
