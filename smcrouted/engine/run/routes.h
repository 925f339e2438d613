/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Makes entries what decide() says, after rules or slots have changed.
 */
#ifndef ROUTES_H
#define ROUTES_H

#include <stdint.h>
#include "engine/have/work.h"
#include "engine/want/config.h"

/* Evaluates one entry: asks decide() and queues the entry if it has to
 * change. */
void routes_evaluate(uint32_t entry, enum work_queue);

/* Begins to evaluate every entry, after the configuration or the slots have
 * changed.  Flows beyond the limits are deleted.  ttls: slots whose threshold
 * has changed. */
void routes_begin(uint32_t ttls);
/* Evaluates a slice.  1: all is done. */
int routes_go_on(void);

/* One rule was added to the configuration or changed. */
void routes_rule_changed(uint32_t rule);
/* To be called when several rules were added and all entries were evaluated:
 * deletes stop entries that may be in the way of a flow on another
 * interface. */
void routes_unstop(void);
/* A rule was removed from the configuration; this is a copy of it. */
void routes_rule_removed(const struct rule *);

/* Deletes all learned flows. */
void routes_flush(void);

#endif
