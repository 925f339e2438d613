/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What only static entries, and what only resident entries have.
 */
#ifndef PARTS_H
#define PARTS_H

#include <stdint.h>
#include "flows.h"

/* Of a source and a group that a rule names. */
struct static_part {
	uint32_t round; /* in which rules were last seen to name them */
	uint32_t slots; /* where those rules expect the packets */
	int twice;	/* several rules do, on slots of their own */
	struct arrival arrival;
};

/* Of an entry of any source, which the kernel holds by itself. */
struct resident_part {
	uint32_t oifs;	 /* 0: it is not wanted */
	uint32_t plan;	 /* in which it was last wanted */
	uint32_t new_in; /* ... when the kernel did not have it */
};

struct static_part *static_of(const struct entry *);
struct resident_part *resident_of(const struct entry *);

/* Makes an entry static, or leaves it so.  NULL: memory is short. */
struct static_part *static_make(struct entry *);
/* The same, resident. */
struct resident_part *resident_make(struct entry *);
/* The entry is neither any more. */
void part_forget(struct entry *);

#endif
