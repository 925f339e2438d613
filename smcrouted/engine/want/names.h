/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Interface patterns and sets of them.  Equal ones are stored once and count
 * their references.  Both are named by a small integer; 0 means none.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stddef.h>
#include <stdint.h>
#include "engine/lang/conf.h"

/*
 * A pattern: a name, or a beginning of names ("eth+").  The masks have a bit
 * for each slot whose interface the pattern matches now, per family; slots.c
 * sets them.
 */
struct pattern {
	char name[IFPAT_SIZE];
	uint8_t wild; /* length of the prefix with its '+', or 0 */
	uint32_t refs;
	uint32_t nsets; /* sets that contain it */
	uint32_t next;	/* in the chain of the hash table */
	uint32_t stamp; /* number of the last walk of slots.c that met it */
	int known;	/* the last slots_assign() has met it */
	uint32_t noted; /* number of the last pending_note() that met it */
	uint32_t slots[2];
};

/* The outbound interfaces of a rule, sorted. */
struct oifset {
	uint32_t refs;
	uint32_t next;
	uint32_t stamp;
	uint32_t n;
	uint32_t *patterns;
	/* slots matched by names and by wildcards, per family; a wildcard does
	 * not send a packet back to its inbound interface */
	uint32_t named[2];
	uint32_t wild[2];
};

/* Finds or makes the pattern and takes a reference; 0 when memory is short. */
uint32_t pattern_get(const char *name);
/* Finds the pattern without taking a reference; 0 when it is not in use. */
uint32_t pattern_find(const char *name);
void pattern_ref(uint32_t);
void pattern_unref(uint32_t);
struct pattern *pattern_at(uint32_t);
int pattern_match(const struct pattern *, const char *ifname);
/* All indices are below this. */
uint32_t pattern_top(void);
/* Counts how often a pattern went out of use, as a whole or in sets.  When the
 * number has changed, slots may have become free. */
uint32_t pattern_freed(void);

/* Finds or makes the set of these names and takes a reference; 0 when memory is
 * short. */
uint32_t oifset_get(const char **names, size_t n);
/* The union, and a without the patterns of b.  Both take a reference to the
 * result; 0 when memory is short. */
uint32_t oifset_union(uint32_t a, uint32_t b);
uint32_t oifset_minus(uint32_t a, uint32_t b);
void oifset_ref(uint32_t);
void oifset_unref(uint32_t);
struct oifset *oifset_at(uint32_t);
uint32_t oifset_top(void);
/* Computes the slots of a set, or of all, after those of patterns changed. */
void oifset_resolve(struct oifset *);
void oifset_resolve_all(void);
/* The outbound slots for a packet that came in on the slot iif, as a mask. */
uint32_t oifset_slots(uint32_t set, int v6, int iif);

#endif
