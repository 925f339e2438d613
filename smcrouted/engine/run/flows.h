/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Which MFC entries there should be: those of static rules, and those learned
 * from upcalls, which are bounded in number and expire.
 */
#ifndef FLOWS_H
#define FLOWS_H

#include <stdint.h>
#include "common/wire.h"
#include "engine/want/config.h"
#include "engine/have/mfc.h"

/* expire: seconds without traffic after which a learned flow goes, 0: never;
 * hook: new and moved flows are told to the parent. */
void flows_init(uint32_t expire, int hook);

/* The configuration or the slots have changed: every entry anew, and flows
 * beyond its limits go.  ttls: slots whose threshold has changed. */
void flows_evaluate_all(struct config *, uint32_t ttls);
/* One rule was added to the configuration, or changed. */
void flows_rule_changed(struct config *, uint32_t rule);
/* ... and when several were added and all was evaluated: stop entries go that
 * may be in the way of a flow on another interface. */
void flows_unstop(struct config *);
/* A rule like this one was taken from the configuration. */
void flows_rule_removed(struct config *, const struct rule *);

/* A packet without an entry, or on a wrong interface. */
void flows_upcall(struct config *, const struct wire_upcall *);
/*
 * Flows of which an earlier engine was told and died: the kernel says nothing
 * more of them for 10 seconds.  Changes the keys.
 */
void flows_unanswered(struct config *, struct wire_key *, size_t n);
/* The kernel has this entry from an earlier life of ours. */
void flows_adopt(const struct wire_key *, uint8_t iif, uint32_t oifs);
/* The kernel has this entry, and it is of no use. */
void flows_orphan(const struct wire_key *);
/* ... and so that of any source of this group; slot -1: its interface is gone.
 */
void flows_adopt_resident(const struct addr *grp, int slot, uint32_t oifs);
/* The kernel did not take an entry of any source. */
void flows_resident_failed(int error);
/* Before entries are sent to the kernel: which of any source there are to be,
 * some at a time.  1: that is known of all. */
int flows_residents(struct config *);
/* The kernel has answered all: what was learned and is its own now goes. */
void flows_settled(void);

/* Forgets all learned flows. */
void flows_flush(void);

uint32_t flows_count(void);
/* How many had to go so far to make room for newer ones. */
uint64_t flows_given_up(void);
/* 1 when the entry is a learned one that no rule covers. */
int flows_is_stop(const struct mfc *);

#endif
