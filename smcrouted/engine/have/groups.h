/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Group memberships: which there should be, and whether the kernel has them.
 */
#ifndef GROUPS_H
#define GROUPS_H

#include <stdint.h>
#include "engine/sys/membership.h"

#define GROUPS_SLICE 2000 /* us; one join may take the kernel as long */

/* Limits the number of memberships, from the next groups_begin() on. */
void groups_limit(uint32_t);

/*
 * Make the memberships what they should be: groups_begin(), then groups_want()
 * for each that is wanted, then groups_end(), and then groups_work() until it
 * returns 1.  A membership that exists already is not touched; one that was
 * refused is tried again.
 */
void groups_begin(void);
/* 0, or -1: there are too many; groups_end() logs that. */
int groups_want(const struct membership *);
void groups_end(void);

/* Adds one membership without looking at the others.  0, or -1: there are too
 * many. */
int groups_add(const struct membership *);

/*
 * Compares with the kernel's list, since the kernel may drop memberships
 * without a message.  Memberships that are missing there are queued for
 * groups_work(), which joins them again.
 */
void groups_look(void);

/* Queues the memberships that were refused, to be tried again. */
void groups_retry(void);

/* Queues reports of the interface's IPv4 memberships to the network, which
 * groups_work() makes. */
void groups_report(uint32_t ifindex);

/* Leaves memberships that are not wanted, newest first, then joins new ones,
 * then makes reports.  Stops after GROUPS_SLICE microseconds, once the kernel
 * has returned from the call of that moment.  1: all is done. */
int groups_work(void);
/* groups_queued(): the number of the leave or join that was queued last.
 * groups_are_done(): 1 when all up to that number are done. */
uint32_t groups_queued(void);
int groups_are_done(uint32_t number);
/* 1 when nothing is queued. */
int groups_idle(void);

/* Forgets the memberships of an interface that is gone.  No leave is sent. */
void groups_drop_interface(uint32_t ifindex);

/* The number of memberships joined; the number of those that the kernel has
 * refused, and the errno of the last refusal. */
uint32_t groups_joined(void);
uint32_t groups_refused(int *error);

/* The next membership after *cursor (0 at first), in no special order; NULL at
 * the end.  *joined: 1 when the kernel has it. */
const struct membership *groups_next(uint32_t *cursor, int *joined);

#endif
