/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Which resident entries there are to be: planned group by group, some at a
 * time.
 */
#ifndef PLAN_H
#define PLAN_H

#include "common/addr.h"
#include "engine/have/work.h"
#include "engine/want/rules.h"

/* Plans the groups in the range anew; NULL: all groups. */
void plan_begin(const struct prefix *range);
/* Plans some more.  1: that is all. */
int plan_go_on(void);
/* Numbers of plans: of the last one begun, and of the last one finished. */
uint32_t plan_begun(void);
uint32_t plan_finished(void);

/* A rule for these groups has come, changed or gone. */
void plan_rule(const struct rule *, const struct prefix *range);
/* Slots have changed: a resident entry goes at once if it cannot be. */
void plan_keep(uint32_t entry);
/* The entry may be a learned flow that a resident entry forwards, too. */
void plan_flow(const struct entry *);
/* The kernel has answered all verbs: such flows go now. */
void plan_settled(void);
/* The kernel has refused a resident entry. */
void plan_refused(int error);

#endif
