/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Plans which resident entries there should be, group by group, in slices.
 */
#ifndef PLAN_H
#define PLAN_H

#include "common/addr.h"
#include "engine/have/work.h"
#include "engine/want/rules.h"

/* Begins a plan of the groups in the range; NULL: of all groups. */
void plan_begin(const struct prefix *range);
/* Plans a slice.  1: the plan is finished. */
int plan_go_on(void);
/* Plans are numbered: the last one begun, and the last one finished. */
uint32_t plan_begun(void);
uint32_t plan_finished(void);

/* A rule for the groups in the range was added, changed or removed. */
void plan_rule(const struct rule *, const struct prefix *range);
/* To be called for each resident entry when slots have changed: deletes it at
 * once if its slots are gone. */
void plan_recheck(uint32_t entry);
/* To be called for a learned flow that a resident entry may forward, too. */
void plan_flow(const struct entry *);
/* To be called when the kernel has answered all verbs: deletes such flows. */
void plan_settled(void);
/* The kernel has refused a resident entry. */
void plan_refused(int error);

#endif
