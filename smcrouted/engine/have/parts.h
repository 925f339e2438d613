/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The parts of static and of resident entries: fields that only one kind needs.
 */
#ifndef PARTS_H
#define PARTS_H

#include <stdint.h>
#include "flows.h"

/* A static entry: a rule names its source and group. */
struct static_part {
	uint32_t round; /* the last evaluation in which a rule named it */
	uint32_t slots; /* inbound slots of the rules that name it */
	int twice;	/* rules name it with different inbound slots */
	int shared;	/* rules name other sources, which have no entry */
	struct arrival arrival;
};

/* A resident entry: a (*,G) that the kernel holds itself. */
struct resident_part {
	uint32_t oifs;	 /* 0: not wanted */
	uint32_t plan;	 /* the last plan that wanted it */
	uint32_t new_in; /* the last plan that had to add it to the kernel */
};

struct static_part *static_of(const struct entry *);
struct resident_part *resident_of(const struct entry *);

/* Makes the entry static if it is not.  NULL: memory is short. */
struct static_part *static_make(struct entry *);
/* Makes the entry resident if it is not.  NULL: memory is short. */
struct resident_part *resident_make(struct entry *);
/* Ends the static or resident part: the entry has no kind any more. */
void part_forget(struct entry *);

#endif
