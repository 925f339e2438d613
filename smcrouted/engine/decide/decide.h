/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The decision about a flow: where it goes, and which rules say so.  Nothing
 * here changes anything, so that what explains can ask as what acts does.
 */
#ifndef DECIDE_H
#define DECIDE_H

#include <stdint.h>
#include "common/wire.h"
#include "engine/want/config.h"

enum verdict_action {
	VERDICT_UNCOVERED, /* no rule covers the flow there */
	VERDICT_STOP,	   /* each rule that does is a stop filter, or yields
			    * to a narrower one */
	VERDICT_FORWARD	   /* to oifs; none of them may be there yet */
};

struct verdict {
	enum verdict_action action;
	uint32_t oifs;	       /* slots */
	uint32_t nrules;       /* that cover the flow */
	const uint32_t *rules; /* their indices, until the next decision */
};

/* What one of those rules gives to the flow, and what takes that away. */
struct reason {
	uint32_t gives; /* slots */
	uint32_t stop;	/* the narrower stop filter that it yields to, or 0 */
};

/* A flow that comes in on a slot, whose interface's name the patterns match. */
void decide_by_rules(struct rules *, const uint32_t *patterns,
    uint32_t npatterns, const struct wire_key *, int slot, struct verdict *);
/* The same, for the interface that has the slot now. */
void decide(struct config *, const struct wire_key *, int slot,
    struct verdict *);
/* What the k-th rule of a verdict does. */
void decide_reason(const struct rules *, const struct verdict *, uint32_t k,
    int slot, struct reason *);
/* The slots on which some rule covers the flow. */
uint32_t decide_expected(struct config *, const struct wire_key *);

/* A flow that was seen on another interface than its entry says. */
struct sighting {
	int covered;	    /* a rule covers it there */
	int is_oif;	    /* the entry sends it out there */
	int is_forwarded;   /* the entry has an oif */
	int is_route;	    /* the unicast route to its source leads there */
	uint32_t since;	    /* seconds since the last one; UINT32_MAX: none */
	uint32_t forwarded; /* packets that have come in as the entry says,
			     * since then */
};

enum sighting_verdict {
	SIGHTING_MOVE,	/* the flow comes in there now */
	SIGHTING_STAY,	/* it does not: the next sighting counts from here */
	SIGHTING_IGNORE /* too soon to tell */
};

enum sighting_verdict decide_move(const struct sighting *);

#endif
