/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * MFC entries: what each should be and what the kernel has, and the work that
 * makes the second into the first.
 */
#ifndef MFC_H
#define MFC_H

#include <stdint.h>
#include "common/wire.h"
#include "slots.h"

struct mfc_state {
	uint32_t oifs; /* slots */
	uint8_t iif;   /* slot; NOSLOT: no entry */
};

enum mfc_action { MFC_KEEP, MFC_INSTALL, MFC_DELETE };

/* What is to be done; stale: what the kernel has is to be written again. */
enum mfc_action mfc_compare(const struct mfc_state *want,
    const struct mfc_state *have, int stale);

#define MFC_USED   0x01
#define MFC_STATIC 0x02 /* a rule of one source and one group wants it */
#define MFC_DIRTY  0x04 /* on the stack of work */
#define MFC_STALE  0x08
#define MFC_AGAIN  0x80 /* to be made again, if it is MFC_STALE; or it was */
#define MFC_FAILED 0x10 /* the kernel refused it */
#define MFC_TWICE  0x40 /* ... by rules of several inbound interfaces */
#define MFC_TELL   0x20 /* HOOK is to be said of it once it is installed */

struct mfc {
	struct addr src;
	struct addr grp;
	uint32_t next; /* in the hash's chain */
	uint32_t flow; /* of flows.c: it was learned; 0: it was not */
	/* slots where static rules expect it; of any source: its oifs */
	uint32_t cand;
	/* when last seen on a wrong interface: packets forwarded, second; of
	 * any source: the plans in which it was last wanted, and new */
	uint32_t count;
	uint32_t moved;
	uint32_t want_oifs;
	uint32_t have_oifs;
	uint8_t want_iif;
	uint8_t have_iif;
	uint8_t iif; /* slot where its packets come in; NOSLOT: not known */
	uint8_t flags;
};

void mfc_init(void);
uint32_t mfc_find(const struct addr *src, const struct addr *grp);
/* Finds or makes; 0 when memory is short. */
uint32_t mfc_get(const struct addr *src, const struct addr *grp);
/* The same for the entry of any source that comes in on this slot. */
uint32_t mfc_find_resident(const struct addr *grp, uint8_t slot);
uint32_t mfc_get_resident(const struct addr *grp, uint8_t slot);
/* The group's next one of any source; i: the last one, 0: none yet. */
uint32_t mfc_next_resident(const struct addr *grp, uint32_t i);
int mfc_is_resident(const struct mfc *);
struct mfc *mfc_at(uint32_t);
/* Indices are below this; those without MFC_USED are free. */
uint32_t mfc_top(void);
uint32_t mfc_count(void);
int mfc_v6(const struct mfc *);

/* What the kernel has was read, not written. */
void mfc_adopt(uint32_t, uint8_t iif, uint32_t oifs);
/* Set what should be, and note the work.  An entry that nobody wants (no
 * MFC_STATIC, no flow) is freed when the kernel no longer has it. */
void mfc_want(uint32_t, uint8_t iif, uint32_t oifs);
/* Thresholds have changed, or the kernel's is not to be trusted: write it. */
void mfc_stale(uint32_t);
/* The kernel has reported a packet for which it had no such entry. */
void mfc_missing(uint32_t);

/* Does noted work, newest first, as far as verbs_room() allows.  1: all. */
int mfc_work(void);
/* The kernel refused an entry: it is made to have none. */
void mfc_failed(const struct wire_key *, uint8_t slot);

#endif
