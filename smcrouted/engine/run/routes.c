/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Makes entries what decide() says.
 */
#include <string.h>
#include <sysexits.h>

#include "common/log.h"
#include "engine/decide/decide.h"
#include "engine/have/bus.h"
#include "engine/have/parts.h"
#include "common/clock.h"
#include "engine/want/current.h"
#include "engine/want/names.h"
#include "plan.h"
#include "routes.h"

#define SLICE_STEPS 4000 /* rules or entries at a time */

/* The evaluation of every entry: first the entries that rules name, then
 * all. */
static struct {
	enum { IDLE, RULES, ENTRIES } phase;
	uint32_t at;
	uint32_t ttls;
	uint32_t round; /* of static entries */
} all;

/*
 * The entry keeps its inbound interface as long as a rule covers the flow
 * there.  An entry that is no longer static becomes a learned flow if another
 * rule covers it.
 */
void
routes_evaluate(uint32_t i, enum work_queue q)
{
	struct entry *e = entry_at(i);
	uint32_t others = e->kind == ENTRY_STATIC ? static_of(e)->slots : 0;
	struct wire_key k = entry_key(e);
	struct verdict v;
	int covered, was_stop = flow_is_stop(e);

	decide(config, &k, e->iif, others, &v);
	e->iif = v.iif;
	covered = v.action != VERDICT_UNCOVERED;
	if (e->iif == NOSLOT && e->kind == ENTRY_FLOW)
		flow_forget(e);
	if (e->kind == ENTRY_NONE &&
	    (e->iif == NOSLOT || !(covered || e->flags & ENTRY_FOUND) ||
		flow_new(i, clock_seconds()) == -1))
		e->iif = NOSLOT;
	if (e->kind == ENTRY_FLOW)
		flow_file(e,
		    v.action == VERDICT_FORWARD ? FLOW_ROUTE : FLOW_STOP);
	if (was_stop && e->kind == ENTRY_FLOW && !flow_is_stop(e))
		bus_tell_flow(BUS_FLOW_OPENED, i);
	work_want(i, e->iif, v.oifs, q);
}

static void
mark_static(const struct rule *r)
{
	struct static_part *p;
	uint32_t i, mine;

	/* Without memory the kernel's entry would be deleted.  End instead: the
	 * next engine may have more memory. */
	if ((i = entry_get(&r->src, &r->grp)) == 0 ||
	    (p = static_make(entry_at(i))) == NULL)
		fatal(EX_OSERR, "route");
	if (p->round != all.round) {
		p->round = all.round;
		p->slots = 0;
		p->twice = p->shared = 0;
		entry_at(i)->src = r->src;
	}
	if (addr_cmp(&entry_at(i)->src, &r->src) != 0) {
		p->shared = 1;
		return;
	}
	mine = pattern_at(r->iif)->slots[r->v6];
	if (mine & ~p->slots && p->slots & ~mine)
		p->twice = 1;
	p->slots |= mine;
}

void
routes_begin(uint32_t ttls)
{
	/* an evaluation that was under way has not rewritten these yet */
	all.ttls = ttls | (all.phase != IDLE ? all.ttls : 0);
	all.phase = RULES;
	all.at = 1;
	all.round++;
	flows_limit(&config->limits, clock_seconds());
	plan_begin(NULL);
}

/* Marks a slice of the static entries.  0: there are more. */
static int
mark_some(int budget)
{
	const struct rule *r;

	for (; all.at < rules_top(&config->rules); all.at++) {
		if (budget-- == 0)
			return 0;
		r = rules_at(&config->rules, all.at);
		if (r->used && rule_is_host(r))
			mark_static(r);
	}
	return 1;
}

static void
evaluate_anew(uint32_t i)
{
	struct entry *e = entry_at(i);

	/* entries of IPv6 have no thresholds */
	if (e->have_oifs & all.ttls && !entry_is_v6(e))
		work_rewrite(i, WORK_OTHER);
	if (entry_is_resident(e)) {
		plan_recheck(i);
		return;
	}
	if (e->kind == ENTRY_STATIC && static_of(e)->round != all.round)
		part_forget(e);
	routes_evaluate(i, WORK_OTHER);
}

static int
evaluate_some(int budget)
{
	for (; all.at < entries_top(); all.at++) {
		if (budget-- == 0)
			return 0;
		if (entry_at(all.at)->flags & ENTRY_USED)
			evaluate_anew(all.at);
	}
	return 1;
}

int
routes_go_on(void)
{
	if (all.phase == RULES && mark_some(SLICE_STEPS)) {
		all.phase = ENTRIES;
		all.at = 1;
	}
	if (all.phase == ENTRIES && evaluate_some(SLICE_STEPS))
		all.phase = IDLE;
	return all.phase == IDLE;
}

/*
 * Evaluates all entries that the rule covers.  added: a stop entry of another
 * interface may be in the way of the flow on this one.  It is deleted, and the
 * next packet tells where the flow comes in.
 */
static void
evaluate_covered(const struct rule *r, int added)
{
	struct prefix grp = { r->grp, r->glen };
	struct entry *e;
	uint32_t i;

	plan_rule(r, &grp);
	for (i = 1; i < entries_top(); i++) {
		e = entry_at(i);
		if (!(e->flags & ENTRY_USED) || entry_is_resident(e) ||
		    !rule_covers(r, &e->src, &e->grp))
			continue;
		if (added && e->iif != NOSLOT && flow_is_stop(e) &&
		    !decide_covers(config, e, e->iif))
			flow_delete(i, WORK_OTHER);
		else
			routes_evaluate(i, WORK_OTHER);
	}
}

void
routes_rule_changed(uint32_t rule)
{
	const struct rule *r = rules_at(&config->rules, rule);

	if (rule_is_host(r)) {
		mark_static(r);
		routes_evaluate(entry_find(&r->src, &r->grp), WORK_OTHER);
	} else
		evaluate_covered(r, 1);
}

void
routes_rule_removed(const struct rule *gone)
{
	struct prefix src = { gone->src, gone->slen };
	struct prefix grp = { gone->grp, gone->glen };
	struct entry *e;
	uint32_t i, p, r;

	if (!rule_is_host(gone)) {
		evaluate_covered(gone, 0);
		return;
	}
	if ((i = entry_find(&gone->src, &gone->grp)) == 0)
		return;
	e = entry_at(i);
	if (e->kind == ENTRY_STATIC && static_of(e)->shared) {
		routes_begin(0); /* a rule for another source may get it */
		return;
	}
	if (e->kind == ENTRY_STATIC)
		part_forget(e);
	for (p = 1; p < config->rules.nshapes; p++)
		if (config->rules.shapes[p].n > 0 &&
		    (r = rules_find(&config->rules, p, &src, &grp)) != 0)
			mark_static(rules_at(&config->rules, r));
	routes_evaluate(i, WORK_OTHER);
	plan_flow(e);
}

void
routes_unstop(void)
{
	const struct entry *e;
	struct wire_key k;
	uint32_t i, expected;

	for (i = 1; i < entries_top(); i++) {
		e = entry_at(i);
		if (!(e->flags & ENTRY_USED) || !flow_is_stop(e) ||
		    e->iif == NOSLOT)
			continue;
		k = entry_key(e);
		expected = decide_expected(config, &k);
		if (expected != 0 && !(expected & 1U << e->iif))
			flow_delete(i, WORK_OTHER);
	}
}

void
routes_flush(void)
{
	const struct entry *e;
	uint32_t i;

	for (i = 1; i < entries_top(); i++) {
		e = entry_at(i);
		if (e->flags & ENTRY_USED && e->kind == ENTRY_FLOW)
			flow_delete(i, WORK_OTHER);
	}
}
