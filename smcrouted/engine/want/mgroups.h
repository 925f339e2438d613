/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Groups to join, as they are configured: by name or wildcard of an interface,
 * and ranges of sources and groups.
 */
#ifndef MGROUPS_H
#define MGROUPS_H

#include <stdint.h>
#include "common/addr.h"
#include "engine/lib/pool.h"

struct mgroup {
	uint32_t next; /* in the chain of the hash table */
	uint32_t iif;  /* pattern; 0: not in use */
	struct prefix src;
	struct prefix grp;
};

struct mgroups {
	struct pool pool;
	uint32_t *heads, nheads;
	/* number of mgroups with each prefix length */
	uint32_t slens[ADDR_BITS + 1], glens[ADDR_BITS + 1];
};

void mgroups_init(struct mgroups *);
void mgroups_clear(struct mgroups *);

/* Returns the index of exactly this one, or 0. */
uint32_t mgroups_find(const struct mgroups *, uint32_t iif,
    const struct prefix *src, const struct prefix *grp);
/* Adds one, with a reference to its pattern, unless it is there.  0, or -1 when
 * memory is short. */
int mgroups_add(struct mgroups *, uint32_t iif, const struct prefix *src,
    const struct prefix *grp);
void mgroups_remove(struct mgroups *, uint32_t);

/* Indices are below this, from 1 on. */
uint32_t mgroups_top(const struct mgroups *);
/* NULL: the index is not in use. */
const struct mgroup *mgroups_at(const struct mgroups *, uint32_t);

/* Finds one that contains these sources and groups, for this interface or a
 * wildcard that matches it.  NULL: there is none. */
const struct mgroup *mgroups_covering(const struct mgroups *, const char *iif,
    const struct prefix *src, const struct prefix *grp);

/* The k-th source and group of a range, from 0 on.  0: the range has fewer. */
int mgroup_nth(const struct mgroup *, uint64_t k, struct addr *src,
    struct addr *grp);

#endif
