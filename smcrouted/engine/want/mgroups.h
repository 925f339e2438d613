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
	uint32_t next; /* in the hash's chain */
	uint32_t iif;  /* pattern; 0: not in use */
	struct prefix src;
	struct prefix grp;
};

struct mgroups {
	struct pool pool;
	uint32_t *heads, nheads;
	/* how many there are with each length of prefix */
	uint32_t slens[ADDR_BITS + 1], glens[ADDR_BITS + 1];
};

void mgroups_init(struct mgroups *);
void mgroups_clear(struct mgroups *);

/* Exactly this one, or 0. */
uint32_t mgroups_find(const struct mgroups *, uint32_t iif,
    const struct prefix *src, const struct prefix *grp);
/* Adds it, with a reference to its pattern, unless it is there.  0, or -1 when
 * memory is short. */
int mgroups_add(struct mgroups *, uint32_t iif, const struct prefix *src,
    const struct prefix *grp);
void mgroups_remove(struct mgroups *, uint32_t);

/* Indices are below this, from 1 on. */
uint32_t mgroups_top(const struct mgroups *);
/* NULL: not in use. */
const struct mgroup *mgroups_at(const struct mgroups *, uint32_t);

/* One of this interface, or of a wildcard that it matches, of which these
 * sources and groups are a part; NULL: there is none. */
const struct mgroup *mgroups_covering(const struct mgroups *, const char *iif,
    const struct prefix *src, const struct prefix *grp);

/* The k-th source and group of a range; 0: there are not so many. */
int mgroup_nth(const struct mgroup *, uint64_t k, struct addr *src,
    struct addr *grp);

#endif
