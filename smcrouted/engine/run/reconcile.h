/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Makes slots, then entries, then memberships what they should be.  Code that
 * changes something marks the work here.
 */
#ifndef RECONCILE_H
#define RECONCILE_H

#include <stdint.h>

/* wake is called when there is work: then reconcile_turn() should be called
 * soon.  evaluated is called when all entries were evaluated. */
void reconcile_init(void (*wake)(void), void (*evaluated)(void));

/* Marks everything: the configuration, an interface or a slot has changed. */
void reconcile_all(void);
/* Marks stop entries as well: they may be in the way of flows that the
 * configuration covers now. */
void reconcile_unstop(void);
/* Marks memberships: they are not what the configuration wants. */
void reconcile_groups(void);
/* Says that work may be queued: rules, flows or answers have changed. */
void reconcile_some(void);

/* Does a part of the work, so that a turn takes milliseconds.  1: nothing is
 * left, except that answers of the parent may be awaited. */
int reconcile_turn(void);

/* 1 while slots are assigned and entries evaluated, and before that. */
int reconcile_is_updating(void);
/* 1 when the slots are known: upcalls can be answered. */
int reconcile_has_slots(void);

/* A ticket marks the work that one request has caused, and tells when it is
 * done. */
struct ticket {
	uint32_t update; /* number of an update of everything */
	uint32_t plan;	 /* number of a plan of resident entries */
	uint32_t work;	 /* number of queued work */
	uint32_t verbs;	 /* number of a message to the parent */
	int stage;	 /* which of the above it waits for */
	int all;	 /* includes what reconcile_all() has marked */
	uint32_t round;	 /* number of a comparison of memberships */
	uint32_t groups; /* number of a join or leave */
	int group_stage; /* which of the two it waits for */
};

/* all: the ticket includes what reconcile_all() has marked. */
void ticket_take(struct ticket *, int all);
/* 1 when the parent has answered all verbs of the ticket's work. */
int ticket_is_done(struct ticket *);
/* 1 when the memberships are what was wanted when the ticket was taken. */
int ticket_is_grouped(struct ticket *);

#endif
