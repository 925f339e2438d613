/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Which rules of any source the kernel can hold itself, so that it asks for no
 * source and keeps none.
 */
#ifndef RESIDENT_H
#define RESIDENT_H

#include "common/wire.h"
#include "engine/want/config.h"

/* Of a rule's range: each group is an entry. */
#define RESIDENT_GROUPS 4096

#define RESIDENT_WHY 768 /* bytes for a reason, with the names of all slots */

enum resident_state { RESIDENT_NONE, RESIDENT_SOME, RESIDENT_ALL };

/* The kernel will not be asked, and why. */
void resident_refuse(const char *why);
/* It did not take an entry, with this errno. */
void resident_failed(int error);

/* 1 when the configuration wants the kernel to hold the rule. */
int resident_wanted(const struct config *, const struct rule *);

/* The k-th group, of those in the range (NULL: of all), that the rule wants the
 * kernel to hold.  0: there are not so many. */
int resident_nth(const struct config *, const struct rule *,
    const struct prefix *range, uint64_t k, struct addr *grp);

/* The slots where packets of any source to the group are the kernel's to
 * forward, and for each to which slots. */
uint32_t resident_slots(struct config *, const struct addr *grp,
    uint32_t oifs[MAXVIF]);

/* How much of a wanted rule the kernel holds; if not all, buf says why.  Looks
 * at each group of the rule's range. */
enum resident_state resident_state(struct config *, const struct rule *,
    char buf[RESIDENT_WHY]);

#endif
