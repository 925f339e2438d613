/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Acts on decisions: which entries there should be, after rules or slots have
 * changed.
 */
#ifndef ROUTES_H
#define ROUTES_H

#include <stdint.h>
#include "engine/have/work.h"
#include "engine/want/config.h"

/* What the rules want of an entry becomes what it should be. */
void routes_evaluate(uint32_t entry, enum work_queue);

/* The configuration or the slots have changed: every entry anew, and flows
 * beyond the limits go.  ttls: slots whose threshold has changed. */
void routes_begin(uint32_t ttls);
/* Does some of that.  1: it is all done. */
int routes_go_on(void);

/* One rule was added to the configuration, or changed. */
void routes_rule_changed(uint32_t rule);
/* ... and when several were, and all is evaluated: stop entries go that may be
 * in the way of a flow on another interface. */
void routes_unstop(void);
/* A rule like this one was taken from the configuration. */
void routes_rule_removed(const struct rule *);

/* Forgets all learned flows. */
void routes_flush(void);

#endif
