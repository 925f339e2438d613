/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Route rules, and the index that finds those which cover a flow.
 */
#ifndef RULES_H
#define RULES_H

#include <stdint.h>
#include "common/addr.h"
#include "engine/lib/pool.h"

enum rule_action { RULE_FORWARD, RULE_STOP };

struct rule {
	struct addr src; /* host bits zero */
	struct addr grp;
	uint32_t hash;
	uint32_t next;	 /* in the hash's chain */
	uint32_t iif;	 /* pattern */
	uint32_t oifs;	 /* set; empty with RULE_STOP, and only then */
	uint32_t serial; /* no other rule has had the same */
	uint32_t line;	 /* 0: by smcroutectl */
	uint16_t file;
	uint8_t slen;
	uint8_t glen;
	uint8_t v6;
	uint8_t used;
	uint8_t action; /* enum rule_action */
	uint8_t kernel; /* the kernel is to hold it, if it can */
};

/* The lengths in use with an iif: a lookup is one probe for each. */
struct shape {
	uint32_t count;
	uint8_t slen;
	uint8_t glen;
	uint8_t v6;
};

struct shapes {
	struct shape *list;
	uint32_t n;
};

struct rules {
	struct pool pool; /* of struct rule; in order of the first addition */
	uint32_t *heads;
	uint32_t nheads;
	struct shapes *shapes; /* by pattern */
	uint32_t nshapes;
	uint32_t npairs; /* in all of shapes */
	int changed; /* a pattern came into use as an iif, or went out of it */
	uint32_t *match; /* rules that a lookup has found */
	uint32_t nmatch;
	uint32_t hit;	 /* of the last look-up */
	uint32_t serial; /* another one whenever a rule comes or goes */
};

void rules_init(struct rules *);
void rules_clear(struct rules *);

/* The rule with exactly these, or 0. */
uint32_t rules_find(const struct rules *, uint32_t iif,
    const struct prefix *src, const struct prefix *grp);

/*
 * Adds a rule, or more oifs to one that exists.  Takes over the reference to
 * oifs, not that to iif.  The rule's index; 0: no memory, all is as it was.
 */
uint32_t rules_add(struct rules *, uint32_t iif, const struct prefix *src,
    const struct prefix *grp, uint32_t oifs);
void rules_remove(struct rules *, uint32_t);
/* Gives the rule other oifs; takes over the reference to them. */
void rule_set_oifs(struct rule *, uint32_t oifs);
struct rule *rules_at(const struct rules *, uint32_t);
/* Indices are below this; those with used == 0 are free. */
uint32_t rules_top(const struct rules *);

/* 1 when the rule is of one source and one group. */
int rule_is_host(const struct rule *);
int rule_covers(const struct rule *, const struct addr *src,
    const struct addr *grp);

/*
 * The rules that cover a flow on an interface whose name the patterns match:
 * how many.  They are in match until the next look-up.
 */
uint32_t rules_cover(struct rules *, const uint32_t *patterns,
    uint32_t npatterns, const struct addr *src, const struct addr *grp);

#endif
