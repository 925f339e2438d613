/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Waiting for events.
 */
#ifndef AWAIT_H
#define AWAIT_H

#include <event.h>
#include <sysexits.h>

#include "log.h"

/* As event_add(), but without memory the process ends. */
static inline void
await(struct event *ev, const struct timeval *after)
{
	if (event_add(ev, after) == -1)
		fatal(EX_OSERR, "event_add");
}

#endif
