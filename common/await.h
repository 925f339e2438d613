/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Events that must not be missed.
 */
#ifndef AWAIT_H
#define AWAIT_H

#include <event.h>
#include <sysexits.h>

#include "log.h"

/* event_add(); exits when there is no memory for it. */
static inline void
await(struct event *ev, const struct timeval *after)
{
	if (event_add(ev, after) == -1)
		fatal(EX_OSERR, "event_add");
}

#endif
