/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Route rules, and the index that finds the rules that cover a flow.
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
	uint32_t next;	 /* in the chain of the hash table */
	uint32_t iif;	 /* pattern */
	uint32_t oifs;	 /* set; empty with RULE_STOP, and only then */
	uint32_t serial; /* no other rule has had the same */
	uint32_t line;	 /* 0: added by smcroutectl */
	uint16_t file;
	uint8_t slen;
	uint8_t glen;
	uint8_t v6;
	uint8_t used;
	uint8_t action; /* enum rule_action */
	uint8_t kernel; /* the kernel shall hold it, if it can */
};

/* A pair of prefix lengths that rules of an inbound interface use.  A look-up
 * probes the hash table once for each. */
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
	struct pool pool; /* of struct rule, in the order of addition */
	uint32_t *heads;
	uint32_t nheads;
	struct shapes *shapes; /* by pattern */
	uint32_t nshapes;
	uint32_t npairs; /* elements of all shapes together */
	int changed;	 /* the set of inbound patterns has changed */
	uint32_t *match; /* the rules that the last look-up found */
	uint32_t nmatch;
	uint32_t hit;	 /* the rule that the last search found */
	uint32_t serial; /* changes whenever a rule comes or goes */
};

void rules_init(struct rules *);
void rules_clear(struct rules *);

/* The index of the rule with exactly this inbound interface, source and group,
 * or 0. */
uint32_t rules_find(const struct rules *, uint32_t iif,
    const struct prefix *src, const struct prefix *grp);

/*
 * Adds a rule, or more outbound interfaces to an existing one.  Takes over the
 * caller's reference to oifs, but not the one to iif.  Returns the rule's
 * index, or 0 when memory is short; then nothing has changed.
 */
uint32_t rules_add(struct rules *, uint32_t iif, const struct prefix *src,
    const struct prefix *grp, uint32_t oifs);
void rules_remove(struct rules *, uint32_t);
/* Gives the rule other oifs; takes over the reference to them. */
void rule_set_oifs(struct rule *, uint32_t oifs);
struct rule *rules_at(const struct rules *, uint32_t);
/* All indices are below this; a rule with used == 0 is free. */
uint32_t rules_top(const struct rules *);

/* 1 when the rule is for one source and one group. */
int rule_is_host(const struct rule *);
/* 1 when the rule covers this flow. */
int rule_covers(const struct rule *, const struct addr *src,
    const struct addr *grp);

/*
 * Finds the rules that cover a flow.  patterns are those that match the inbound
 * interface's name.  Returns how many rules there are; match has them until the
 * next look-up.
 */
uint32_t rules_cover(struct rules *, const uint32_t *patterns,
    uint32_t npatterns, const struct addr *src, const struct addr *grp);

#endif
