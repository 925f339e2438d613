/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Decides which (*,G) rules become resident: entries that the kernel holds
 * itself, for all sources, so that it makes no upcalls for them.
 */
#ifndef RESIDENT_H
#define RESIDENT_H

#include "common/wire.h"
#include "engine/want/config.h"

/* The most groups of one rule that may become resident: each takes an entry. */
#define RESIDENT_GROUPS 4096

#define RESIDENT_WHY 768 /* bytes for a reason that names all interfaces */

enum resident_state { RESIDENT_NONE, RESIDENT_SOME, RESIDENT_ALL };

/* From now on no rule becomes resident; why: shown as the reason. */
void resident_refuse(const char *why);
/* The kernel has refused a resident entry with this errno. */
void resident_failed(int error);

/* 1 when the configuration wants the rule to be resident. */
int resident_wanted(const struct config *, const struct rule *);

/* The k-th group of the rule that should be resident, counting only groups in
 * the range (NULL: all).  0: there are fewer. */
int resident_nth(const struct config *, const struct rule *,
    const struct prefix *range, uint64_t k, struct addr *grp);

/* The slots that should have a resident entry for the group; oifs: the outbound
 * slots of each. */
uint32_t resident_slots(struct config *, const struct addr *grp,
    uint32_t oifs[MAXVIF]);

/* How much of the rule the kernel holds; if not all, buf says why.  Looks at
 * each group of the rule's range. */
enum resident_state resident_state(struct config *, const struct rule *,
    char buf[RESIDENT_WHY]);

#endif
