/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The table of MFC entries: for each entry what the kernel has, what it should
 * have, and on which slot the packets come in.
 */
#ifndef ENTRIES_H
#define ENTRIES_H

#include <stddef.h>
#include <stdint.h>
#include "common/wire.h"
#include "slots.h"

/* Why an entry exists.  Fields that only one kind needs are in its part. */
enum entry_kind {
	ENTRY_NONE,    /* no reason: freed once the kernel has deleted it */
	ENTRY_FLOW,    /* learned from an upcall: flows.h */
	ENTRY_STATIC,  /* one source and one group, as in a rule: parts.h */
	ENTRY_RESIDENT /* a (*,G) that the kernel holds itself, for one iif:
			  parts.h */
};

#define ENTRY_USED    0x0001
#define ENTRY_FOUND   0x0002 /* an earlier engine's flow, not evaluated yet */
#define ENTRY_ANSWER  0x0004 /* queued as an answer to an upcall */
#define ENTRY_WORK    0x0008 /* queued as other work */
#define ENTRY_REWRITE 0x0010 /* write it even if it seems right */
#define ENTRY_RENEW   0x0020 /* delete it and add it again */
#define ENTRY_RENEWED 0x0040 /* the last write was a RENEW */
#define ENTRY_REFUSED 0x0080 /* the kernel refused what is wanted now */
#define ENTRY_TELL    0x0100 /* run the hook when the kernel has it */
#define ENTRY_LISTED  0x0200 /* the kernel has listed it to this engine */

/*
 * The next engine reads entries from this memory: see entries_inherit().  This
 * engine may die between any two writes, so ENTRY_REWRITE is set before the
 * fields say what the kernel has for certain.
 */
struct entry {
	struct addr src; /* the family's "any" address: a resident entry */
	struct addr grp;
	uint32_t next; /* next in the hash chain */
	uint32_t part; /* index of its part */
	uint32_t want_oifs;
	uint32_t have_oifs;
	uint8_t want_iif; /* slot; NOSLOT: no entry */
	uint8_t have_iif;
	uint8_t iif; /* slot where packets come in; NOSLOT: not known */
	uint8_t kind;
	uint16_t flags;
	uint16_t unanswered; /* verbs for it that the parent has to answer */
};

void entries_init(void);
/*
 * Keeps the entries in these len bytes, where the next engine finds them.  To
 * be called before there is any entry.  Returns how many entries an earlier
 * engine may have left there.  If there are some, entries_inherit() or
 * entries_discard() must be called before an entry is made.
 */
uint32_t entries_keep(void *memory, size_t len);
/* Takes over the entries of the earlier engine.  Marks learned flows with
 * ENTRY_FOUND.  Marks an entry with ENTRY_REWRITE if that engine did not know
 * what the kernel has.  Sets the thresholds of slots to those that the entries
 * have.  Returns how many entries there are; 0: they cannot be used. */
uint32_t entries_inherit(void);
/* Starts with an empty table instead. */
void entries_discard(void);
/* 0 when another engine has taken the table over: this one must not write to it
 * any more. */
int entries_are_ours(void);
/* Writes before this call reach the memory before writes after it. */
void entries_order(void);

/* Finds an entry that is not resident.  0: there is none.  Where a group has
 * one entry, that may be the entry of another source (keys.h). */
uint32_t entry_find(const struct addr *src, const struct addr *grp);
/* Finds the entry or makes it.  0: memory is short. */
uint32_t entry_get(const struct addr *src, const struct addr *grp);
/* The same for the resident entry whose packets come in on this slot. */
uint32_t entry_find_resident(const struct addr *grp, uint8_t slot);
uint32_t entry_get_resident(const struct addr *grp, uint8_t slot);
/* The next resident entry of the group after entry i; i == 0: the first one. */
uint32_t entry_next_resident(const struct addr *grp, uint32_t i);

struct entry *entry_at(uint32_t);
/* All indices are below this; an entry without ENTRY_USED is free. */
uint32_t entries_top(void);
uint32_t entries_count(void);
struct wire_key entry_key(const struct entry *);
int entry_is_v6(const struct entry *);
/* 1 for a resident entry. */
int entry_is_resident(const struct entry *);

/* The thresholds of these slots have changed, and not all entries have been
 * written with the new ones. */
void entries_ttls_change(uint32_t slots);
/* All entries have been written with the present thresholds, or are queued. */
void entries_ttls_settle(void);

/* Notes what the kernel has, after that was read or written. */
void entry_set_have(struct entry *, uint8_t iif, uint32_t oifs);
/* Frees the entry if nothing needs it any more: it has no kind, it is in no
 * queue, no answer is awaited, and the kernel does not have it. */
void entry_release(uint32_t);

#endif
