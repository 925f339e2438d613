/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Makes the kernel's entries what they should be: two queues of entries, and
 * verbs to the parent.
 */
#ifndef WORK_H
#define WORK_H

#include <stdint.h>
#include "common/wire.h"
#include "entries.h"

enum work_queue {
	WORK_ANSWER, /* to an upcall: the last one queued is done first */
	WORK_OTHER   /* the first one queued is done first */
};

enum work_action { WORK_KEEP, WORK_INSTALL, WORK_DELETE };

struct work_state {
	uint32_t oifs; /* slots */
	uint8_t iif;   /* slot; NOSLOT: no entry */
};

/* What is to be done; rewrite: even if the kernel's seems right. */
enum work_action work_compare(const struct work_state *want,
    const struct work_state *have, int rewrite);

/* Sets what an entry should be, and queues it if that takes work. */
void work_want(uint32_t entry, uint8_t iif, uint32_t oifs, enum work_queue);
/* Thresholds have changed, or what the kernel has is not known: it is written,
 * or deleted, in any case. */
void work_rewrite(uint32_t entry, enum work_queue);
/* The kernel has reported a packet for which it had no such entry. */
void work_answer(uint32_t entry);

/* Gives the parent verbs for queued entries while verbs_room() allows, from
 * both queues in turn.  1: nothing is queued any more. */
int work_run(void);
/* 1 when no answer is queued. */
int work_is_answered(void);

/* Numbers of WORK_OTHER: of the last one queued, and of the last one done. */
uint32_t work_queued(void);
uint32_t work_done(void);

/* The kernel has refused an entry (slot: its iif): it is made to have none. */
void work_refused(const struct wire_key *, uint8_t slot);
/* The kernel has deleted one. */
void work_deleted(const struct wire_key *, uint8_t slot);

#endif
