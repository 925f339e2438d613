/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The table of MFC entries: for each one what the kernel has, what it should
 * have, and on which slot its packets come in.
 */
#ifndef ENTRIES_H
#define ENTRIES_H

#include <stddef.h>
#include <stdint.h>
#include "common/wire.h"
#include "slots.h"

/* Why there is an entry; each kind keeps what it alone needs in a part. */
enum entry_kind {
	ENTRY_NONE,    /* it goes as soon as the kernel no longer has it */
	ENTRY_FLOW,    /* learned from an upcall: flows.h */
	ENTRY_STATIC,  /* a rule names its source and its group: parts.h */
	ENTRY_RESIDENT /* of any source, one for each iif: parts.h */
};

#define ENTRY_USED    0x0001
#define ENTRY_FOUND   0x0002 /* of an earlier life, and not judged yet */
#define ENTRY_ANSWER  0x0004 /* queued as an answer to an upcall */
#define ENTRY_WORK    0x0008 /* queued as other work */
#define ENTRY_REWRITE 0x0010 /* to be written even if it seems right */
#define ENTRY_RENEW   0x0020 /* to be deleted and added again */
#define ENTRY_RENEWED 0x0040 /* was so the last time that it was written */
#define ENTRY_REFUSED 0x0080 /* by the kernel, as it is wanted now */
#define ENTRY_TELL    0x0100 /* the hook is to run once it is installed */

/* The next engine reads them where they are: see entries_inherit(). */
struct entry {
	struct addr src; /* any address of the family: of any source */
	struct addr grp;
	uint32_t next; /* in the hash's chain */
	uint32_t part; /* index of the part of its kind */
	uint32_t want_oifs;
	uint32_t have_oifs;
	uint8_t want_iif; /* slot; NOSLOT: no entry */
	uint8_t have_iif;
	uint8_t iif; /* slot where its packets come in; NOSLOT: not known */
	uint8_t kind;
	uint16_t flags;
	uint16_t going; /* deletions whose answers are awaited */
};

void entries_init(void);
/*
 * Before there are any: entries are made in these len bytes, where the next
 * engine finds them.  How many entries an earlier engine has left there, at
 * most; then one of the following is to be called before others are made.
 */
uint32_t entries_keep(void *memory, size_t len);
/* Takes over what it has left: each is ENTRY_FOUND.  How many; 0: it cannot be
 * read. */
uint32_t entries_inherit(void);
/* Or does not. */
void entries_discard(void);

uint32_t entry_find(const struct addr *src, const struct addr *grp);
/* Finds or makes; 0 when memory is short. */
uint32_t entry_get(const struct addr *src, const struct addr *grp);
/* The same for the entry of any source that comes in on this slot. */
uint32_t entry_find_resident(const struct addr *grp, uint8_t slot);
uint32_t entry_get_resident(const struct addr *grp, uint8_t slot);
/* The group's next one of any source; i: the last one, 0: none yet. */
uint32_t entry_next_resident(const struct addr *grp, uint32_t i);

struct entry *entry_at(uint32_t);
/* Indices are below this; those without ENTRY_USED are free. */
uint32_t entries_top(void);
uint32_t entries_count(void);
int entry_is_v6(const struct entry *);
/* 1 when it is of any source. */
int entry_is_resident(const struct entry *);

/* The kernel has this entry, as was read or written. */
void entry_set_have(struct entry *, uint8_t iif, uint32_t oifs);
/* Frees the entry if nothing needs it: it has no kind, is not queued, and the
 * kernel does not have it. */
void entry_release(uint32_t);

#endif
