/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Makes what there is into what there should be: slots, then entries, then
 * memberships.  Whoever changes something marks it here.
 */
#ifndef RECONCILE_H
#define RECONCILE_H

#include <stdint.h>

/* wake: is called when there is something to do; then reconcile_turn() is to be
 * called soon.  evaluated: all entries were just evaluated. */
void reconcile_init(void (*wake)(void), void (*evaluated)(void));

/* The configuration, an interface or a slot has changed: everything anew. */
void reconcile_all(void);
/* ... and stop entries may be in the way of flows that it covers. */
void reconcile_unstop(void);
/* Memberships are not as the configuration wants them. */
void reconcile_groups(void);
/* Rules, flows or answers have changed: there may be work. */
void reconcile_some(void);

/* Does a part of what there is to do, so that a turn takes milliseconds.
 * 1: nothing is left but answers of the parent. */
int reconcile_turn(void);

/* 1 when it is known what the slots are: upcalls can be answered. */
int reconcile_has_slots(void);

/* Marks the work that one request has caused, to see when it is done. */
struct ticket {
	uint32_t update; /* number of an update of everything */
	uint32_t plan;	 /* number of a plan of resident entries */
	uint32_t work;	 /* number of queued work */
	uint32_t verbs;	 /* number of a message to the parent */
	int stage;	 /* which of these it waits for */
	int all;
	uint32_t round;	 /* number of a comparison of memberships */
	uint32_t groups; /* number of a join or leave */
	int group_stage; /* which of these */
};

/* all: the work includes what reconcile_all() has asked for. */
void ticket_take(struct ticket *, int all);
/* 1 when the parent has answered all verbs of that work. */
int ticket_is_done(struct ticket *);
/* 1 when the memberships are as they were wanted then. */
int ticket_is_grouped(struct ticket *);

#endif
