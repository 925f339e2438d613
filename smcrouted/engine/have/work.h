/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Makes the kernel's entries what they should be: keeps two queues of entries,
 * and makes verbs to the parent of them.
 */
#ifndef WORK_H
#define WORK_H

#include <stdint.h>
#include "common/wire.h"
#include "entries.h"

enum work_queue {
	WORK_ANSWER, /* to an upcall: last in, first out */
	WORK_OTHER   /* all else: first in, first out */
};

enum work_action { WORK_KEEP, WORK_INSTALL, WORK_DELETE };

struct work_state {
	uint32_t oifs; /* slots */
	uint8_t iif;   /* slot; NOSLOT: no entry */
};

/* What has to be done; rewrite: even if the kernel's entry seems right. */
enum work_action work_compare(const struct work_state *want,
    const struct work_state *have, int rewrite);

/* Sets what an entry should be.  Queues the entry if the kernel has something
 * else. */
void work_want(uint32_t entry, uint8_t iif, uint32_t oifs, enum work_queue);
/* Queues the entry to be written or deleted in any case: thresholds have
 * changed, or it is not known what the kernel has. */
void work_rewrite(uint32_t entry, enum work_queue);
/* Queues the answer to a report of a packet without an entry. */
void work_answer(uint32_t entry);

/* Sends verbs for queued entries while verbs_room() allows, from both queues in
 * turn.  1: the queues are empty. */
int work_run(void);
/* 1 when the queue of answers is empty. */
int work_is_answered(void);

/* Work in the queue WORK_OTHER is numbered: the number of the last piece
 * queued, and of the last piece done. */
uint32_t work_queued(void);
uint32_t work_done(void);

/* The parent has answered a verb for the entry.  error: why the kernel has
 * refused to add it; the entry is deleted from the kernel then.  The entry may
 * be free afterwards. */
void work_answered(uint32_t entry, int error);

#endif
