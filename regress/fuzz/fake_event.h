/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * libevent without a loop: events are set, and the harness makes them happen.
 */
#ifndef FAKE_EVENT_H
#define FAKE_EVENT_H

#include <event.h>
#include <stddef.h>

/* What has happened to a descriptor (EV_READ, EV_WRITE), besides what was made
 * active.  0: nobody waits for it. */
int fake_io(int fd, short what);
/* The n-th timer is over.  0: there are not so many. */
int fake_timer(size_t n);
/* How many events wait. */
size_t fake_waiting(void);

#endif
