/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Group memberships: the sockets that hold them, and which there should be.
 */
#ifndef GROUPS_H
#define GROUPS_H

#include <stdint.h>
#include "engine/sys/membership.h"

#define GROUPS_SLICE 2000 /* the kernel can take milliseconds for each */

/* refusal: called for each membership that the kernel refuses, with its errno.
 */
void groups_init(void (*refusal)(const struct membership *, int));

/* How many there may be, from the next groups_begin() on. */
void groups_limit(uint32_t);

/*
 * Make the memberships what they should be:
 *   groups_begin(); groups_want() for each that should be; groups_end();
 * and then groups_work() until it says 1.  What is there already is not
 * touched; those that were refused are tried again.
 */
void groups_begin(void);
/* 0, or -1 when there are too many, which groups_end() says. */
int groups_want(const struct membership *);
void groups_end(void);

/* One more without looking at all others.  0 or -1 likewise. */
int groups_add(const struct membership *);

/*
 * Asks the kernel what it has: it may drop memberships without a word.  Those
 * that are missing there, and those that it has refused, are to be joined by
 * groups_work().
 */
void groups_look(void);

/* The network is to hear of the interface's IPv4 memberships once more, by
 * groups_work(). */
void groups_report(uint32_t ifindex);

/* Leaves what is not wanted, newest first, and joins what is new, in turn, then
 * reports what is to be reported, for GROUPS_SLICE microseconds or one call of
 * the kernel more.  1: all is done. */
int groups_work(void);
/* The number of the leave or join that was queued last, and whether all up to
 * a number are done. */
uint32_t groups_queued(void);
int groups_are_done(uint32_t number);
/* 1 when there is nothing to be done. */
int groups_idle(void);

/* The interface is gone: its memberships are, too.  No leave is sent. */
void groups_drop_interface(uint32_t ifindex);

/* How many are joined, and how many wanted but refused by the kernel; errno of
 * the last refusal. */
uint32_t groups_joined(void);
uint32_t groups_refused(int *error);

/* The n-th membership from *cursor (0 at first) on, in no special order; NULL
 * at the end.  joined: whether the kernel has it. */
const struct membership *groups_next(uint32_t *cursor, int *joined);

#endif
