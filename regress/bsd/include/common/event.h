/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>
#include <sys/time.h>
#include <stdarg.h>
#include <stdint.h>

#define EV_READ 2
#define EV_PERSIST 16

struct event {
	void *opaque[16];
};

void event_set(struct event *, int, short, void (*)(int, short, void *),
    void *);
int event_add(struct event *, const struct timeval *);
int event_del(struct event *);

#define evtimer_set(ev, f, arg) event_set(ev, -1, 0, f, arg)
