/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The decision about a flow: where it goes, and which rules say so.  Nothing
 * here changes anything, so the code that explains a route asks the same
 * functions as the code that makes it.
 */
#ifndef DECIDE_H
#define DECIDE_H

#include <stdint.h>
#include "common/wire.h"
#include "engine/have/entries.h"
#include "engine/want/config.h"

enum verdict_action {
	VERDICT_UNCOVERED, /* no rule covers the flow on this slot */
	VERDICT_STOP,	   /* all rules that cover it stop it or yield */
	VERDICT_FORWARD	   /* to oifs, which are 0 if none exists yet */
};

struct verdict {
	enum verdict_action action;
	int iif;	 /* slot from which the flow is taken, or NOSLOT */
	uint32_t oifs;	 /* slots */
	uint32_t nrules; /* rules that cover the flow */
	const uint32_t *rules; /* their indices, until the next decision */
};

/* What one of these rules gives to the flow, and which rule takes it away. */
struct reason {
	uint32_t gives; /* slots */
	uint32_t stop;	/* the narrower stop filter it yields to; 0: none */
};

/* Decides about a flow that comes in on a slot.  patterns: those that match the
 * slot's interface. */
void decide_by_rules(struct rules *, const uint32_t *patterns,
    uint32_t npatterns, const struct wire_key *, int slot, struct verdict *);
/* The same for the interface that has the slot now.  others: slots from which
 * the flow may be taken instead, if no rule covers it on this one. */
void decide(struct config *, const struct wire_key *, int slot, uint32_t others,
    struct verdict *);
/* 1 when a rule covers the entry's flow on the slot. */
int decide_covers(struct config *, const struct entry *, int slot);
/* Tells what the k-th rule of a verdict does. */
void decide_reason(const struct rules *, const struct verdict *, uint32_t k,
    int slot, struct reason *);
/* The slots where some rule covers the flow. */
uint32_t decide_expected(struct config *, const struct wire_key *);

/* A report that a packet came in on another interface than its entry says. */
struct sighting {
	int covered;	  /* a rule covers the flow there */
	int is_oif;	  /* that interface is an oif of the entry */
	int is_forwarded; /* the entry has oifs */
	int is_route;	  /* the unicast route to the source leads there */
	uint32_t since;	  /* seconds since the last report; UINT32_MAX: none */
	uint32_t forwarded; /* packets since then on the entry's iif */
};

enum sighting_verdict {
	SIGHTING_MOVE,	/* the flow comes in there from now on */
	SIGHTING_STAY,	/* it does not; compare the next report with this one */
	SIGHTING_IGNORE /* too soon to tell; forget this report */
};

/* Judges whether the flow has moved to the interface of the report. */
enum sighting_verdict decide_move(const struct sighting *);

#endif
