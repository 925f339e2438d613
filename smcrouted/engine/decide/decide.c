/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The decision about a flow: see decide.h.
 */
#include <string.h>
#include <strings.h>

#include "engine/have/slots.h"
#include "engine/sys/vif.h"
#include "engine/want/names.h"
#include "decide.h"

#define HOLD 10 /* seconds between moves of a flow on two interfaces */
#define ECHO 2	/* seconds in which a live flow has a packet */

/* The stop filter that a rule yields to, or 0.  Both cover the same flow, so
 * the prefix lengths tell which one is narrower. */
static uint32_t
stop_of(const struct rules *r, const struct verdict *v, const struct rule *x)
{
	const struct rule *stop;
	uint32_t i;

	for (i = 0; i < v->nrules; i++) {
		stop = rules_at(r, v->rules[i]);
		if (stop->action == RULE_STOP && x->glen <= stop->glen &&
		    x->slen <= stop->slen)
			return v->rules[i];
	}
	return 0;
}

void
decide_reason(const struct rules *r, const struct verdict *v, uint32_t k,
    int slot, struct reason *why)
{
	const struct rule *x = rules_at(r, v->rules[k]);

	why->gives = oifset_slots(x->oifs, x->v6, slot);
	if (!vif_sends_back())
		why->gives &= ~(1U << slot);
	why->stop = stop_of(r, v, x);
}

void
decide_by_rules(struct rules *r, const uint32_t *patterns, uint32_t npatterns,
    const struct wire_key *key, int slot, struct verdict *v)
{
	struct reason why;
	uint32_t k;

	v->nrules = rules_cover(r, patterns, npatterns, &key->src, &key->grp);
	v->rules = r->match;
	v->oifs = 0;
	v->action = v->nrules == 0 ? VERDICT_UNCOVERED : VERDICT_STOP;
	for (k = 0; k < v->nrules; k++) {
		decide_reason(r, v, k, slot, &why);
		if (why.stop != 0)
			continue;
		v->action = VERDICT_FORWARD;
		v->oifs |= why.gives;
	}
}

static void
decide_on(struct config *c, const struct wire_key *key, int slot,
    struct verdict *v)
{
	const struct iface *i =
	    slot_iface(slot, addr_af(&key->grp) == AF_INET6);

	memset(v, 0, sizeof(*v));
	v->iif = NOSLOT;
	if (i == NULL)
		return;
	decide_by_rules(&c->rules, i->patterns, i->npatterns, key, slot, v);
	v->iif = slot;
}

void
decide(struct config *c, const struct wire_key *key, int slot, uint32_t others,
    struct verdict *v)
{
	decide_on(c, key, slot, v);
	if (v->action == VERDICT_UNCOVERED && others != 0)
		decide_on(c, key, ffs(others) - 1, v);
}

int
decide_covers(struct config *c, const struct entry *e, int slot)
{
	struct wire_key k = entry_key(e);
	struct verdict v;

	decide_on(c, &k, slot, &v);
	return v.action != VERDICT_UNCOVERED;
}

uint32_t
decide_expected(struct config *c, const struct wire_key *key)
{
	struct verdict v;
	uint32_t found = 0;
	int s;

	for (s = 0; s < MAXVIF; s++) {
		decide_on(c, key, s, &v);
		if (v.action != VERDICT_UNCOVERED)
			found |= 1U << s;
	}
	return found;
}

/*
 * A packet that comes in on an oif of its own entry is an echo as long as the
 * flow still comes in on the entry's inbound interface: another router has sent
 * it there, or somebody fakes the source's address.  The unicast route to the
 * source decides when the flow comes in on both.  A flow that comes in on two
 * interfaces, neither of them an oif, does not move to and fro between them.
 */
enum sighting_verdict
decide_move(const struct sighting *s)
{
	if (!s->covered)
		return SIGHTING_IGNORE;
	if (!s->is_oif)
		return s->since < HOLD && s->forwarded > 0 && s->is_forwarded ?
		    SIGHTING_STAY :
		    SIGHTING_MOVE;
	if (s->is_route)
		return SIGHTING_MOVE;
	if (s->since < ECHO)
		return SIGHTING_IGNORE;
	return s->since == UINT32_MAX || s->forwarded > 0 ? SIGHTING_STAY :
							    SIGHTING_MOVE;
}
