/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Adds events of libevent.
 */
#ifndef AWAIT_H
#define AWAIT_H

#include <event.h>
#include <sysexits.h>

#include "log.h"

/* Calls event_add(3) and ends the process if it fails. */
static inline void
await(struct event *ev, const struct timeval *after)
{
	if (event_add(ev, after) == -1)
		fatal(EX_OSERR, "event_add");
}

#endif
