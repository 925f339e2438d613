/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Interface patterns and sets of them, each kept once.  Both are counted
 * references to small integers; 0 is none.
 */
#ifndef NAMES_H
#define NAMES_H

#include <stddef.h>
#include <stdint.h>
#include "engine/lang/conf.h"

/*
 * A pattern: a name, or a prefix of names ("eth+").  The masks are those slots
 * whose interfaces it names now, per family; slots.c keeps them.
 */
struct pattern {
	char name[IFPAT_SIZE];
	uint8_t wild; /* length of the prefix with its '+', or 0 */
	uint32_t refs;
	uint32_t nsets; /* sets that have it */
	uint32_t next;	/* in the hash's chain */
	uint32_t stamp; /* of the last walk over all that are in use */
	uint32_t slots[2];
};

/* The outbound interfaces of a rule, sorted. */
struct oifset {
	uint32_t refs;
	uint32_t next;
	uint32_t stamp;
	uint32_t n;
	uint32_t *patterns;
	/* slots by name, and by wildcard (never the iif), per family */
	uint32_t named[2];
	uint32_t wild[2];
};

/* Takes a reference; 0 when memory is short. */
uint32_t pattern_get(const char *name);
/* The same without a reference, 0 when nobody uses the name. */
uint32_t pattern_find(const char *name);
void pattern_ref(uint32_t);
void pattern_unref(uint32_t);
struct pattern *pattern_at(uint32_t);
int pattern_match(const struct pattern *, const char *ifname);
/* Indices are below this. */
uint32_t pattern_top(void);
/* How many times so far a pattern has gone out of use, altogether or as one of
 * outbound interfaces. */
uint32_t pattern_freed(void);

/* Set of these names; takes a reference, 0 when memory is short. */
uint32_t oifset_get(const char **names, size_t n);
/* All of a and b; all of a but b.  Take a reference to the result. */
uint32_t oifset_union(uint32_t a, uint32_t b);
uint32_t oifset_minus(uint32_t a, uint32_t b);
void oifset_ref(uint32_t);
void oifset_unref(uint32_t);
struct oifset *oifset_at(uint32_t);
uint32_t oifset_top(void);
/* After the slots of patterns have changed. */
void oifset_resolve(struct oifset *);
void oifset_resolve_all(void);
/* Outbound slots of a packet that came in on slot iif. */
uint32_t oifset_slots(uint32_t set, int v6, int iif);

#endif
