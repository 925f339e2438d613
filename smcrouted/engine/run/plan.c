/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Plans which resident entries there should be.
 */
#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "common/log.h"
#include "engine/decide/decide.h"
#include "engine/decide/resident.h"
#include "engine/have/parts.h"
#include "engine/want/current.h"
#include "plan.h"

#define SLICE_GROUPS 4096 /* groups at a time */

static uint32_t nwanted;  /* rules that want resident entries */
static uint32_t finished; /* the last plan that was finished */
static int doubled; /* there may be flows that a resident entry forwards, too */

/* The present plan, or the last one. */
static struct {
	int active;
	int all;
	struct prefix range; /* the groups to plan, unless all is set */
	uint32_t number;     /* number of this plan */
	uint32_t since;	  /* number of the first plan that this one includes */
	uint32_t rule;	  /* the next rule */
	uint64_t nth;	  /* the next group of the rule */
	uint32_t nwanted; /* rules so far that want resident entries */
	int fresh;	  /* the plan has made new entries */
} plan;

static struct prefix *
range_of_plan(void)
{
	return plan.all ? NULL : &plan.range;
}

uint32_t
plan_begun(void)
{
	return plan.number;
}

uint32_t
plan_finished(void)
{
	return finished;
}

/* A plan that begins before the last one was finished plans all groups. */
void
plan_begin(const struct prefix *range)
{
	if (range == NULL || plan.active)
		plan.all = 1;
	else {
		plan.all = 0;
		plan.range = *range;
	}
	plan.number++;
	if (!plan.active) {
		plan.since = plan.number;
		plan.fresh = 0;
	}
	plan.active = 1;
	plan.rule = 1;
	plan.nth = 0;
	plan.nwanted = 0;
}

void
plan_rule(const struct rule *r, const struct prefix *range)
{
	nwanted += resident_wanted(config, r);
	if (nwanted > 0 || plan.active)
		plan_begin(range);
}

static void
unwant(uint32_t i)
{
	struct entry *e = entry_at(i);

	if (e->kind == ENTRY_RESIDENT)
		part_forget(e);
	work_want(i, NOSLOT, 0, WORK_OTHER);
}

static void
want(uint32_t i, uint32_t oifs)
{
	struct entry *e = entry_at(i);
	struct resident_part *p;

	if ((p = resident_make(e)) == NULL)
		fatal(EX_OSERR, "route");
	p->oifs = oifs;
	p->plan = plan.number;
	/* The kernel lacks the entry; or it may lack it, because an earlier
	 * engine died before it had the answer to its verb. */
	if (e->have_iif == NOSLOT || e->flags & ENTRY_REWRITE) {
		p->new_in = plan.number;
		plan.fresh = 1;
	}
	work_want(i, e->iif, oifs, WORK_OTHER);
}

static void
plan_group(const struct addr *grp)
{
	uint32_t oifs[MAXVIF], i, next;
	uint32_t left = resident_slots(config, grp, oifs);
	int s;

	for (i = entry_next_resident(grp, 0); i != 0; i = next) {
		next = entry_next_resident(grp, i);
		s = entry_at(i)->iif;
		if (left & 1U << s)
			want(i, oifs[s]);
		else
			unwant(i);
		left &= ~(1U << s);
	}
	for (; left != 0; left &= left - 1) {
		s = ffs(left) - 1;
		if ((i = entry_get_resident(grp, s)) == 0)
			fatal(EX_OSERR, "route");
		want(i, oifs[s]);
	}
}

/* 1 when a stop entry of the source, which no rule covers, keeps the kernel
 * from using a new resident entry of the group on another interface. */
static int
is_in_the_way(const struct entry *e)
{
	const struct entry *r;
	uint32_t i = 0;

	if (!flow_is_stop(e) || decide_covers(config, e, e->iif))
		return 0;
	while ((i = entry_next_resident(&e->grp, i)) != 0) {
		r = entry_at(i);
		if (r->kind == ENTRY_RESIDENT &&
		    resident_of(r)->new_in >= plan.since && r->iif != e->iif)
			return 1;
	}
	return 0;
}

/* Ends a plan: deletes resident entries that it does not want, and stop entries
 * that are in the way of new ones. */
static void
finish_plan(void)
{
	struct prefix *range = range_of_plan();
	struct entry *e;
	uint32_t i;

	plan.active = 0;
	finished = plan.number;
	nwanted = plan.nwanted;
	for (i = 1; i < entries_top(); i++) {
		e = entry_at(i);
		if (!(e->flags & ENTRY_USED) ||
		    (range != NULL && !prefix_match(range, &e->grp)))
			continue;
		if (!entry_is_resident(e)) {
			if (plan.fresh && is_in_the_way(e))
				flow_delete(i, WORK_OTHER);
		} else if (e->kind != ENTRY_RESIDENT ||
		    resident_of(e)->plan != plan.number)
			unwant(i);
	}
	doubled = 1;
}

int
plan_go_on(void)
{
	const struct rule *x;
	struct addr grp;
	int budget = SLICE_GROUPS;

	while (plan.active && plan.rule < rules_top(&config->rules)) {
		x = rules_at(&config->rules, plan.rule);
		if (x->used &&
		    resident_nth(config, x, range_of_plan(), plan.nth, &grp)) {
			if (budget-- == 0)
				return 0;
			plan_group(&grp);
			plan.nth++;
			continue;
		}
		plan.nwanted += x->used && resident_wanted(config, x);
		plan.rule++;
		plan.nth = 0;
	}
	if (plan.active)
		finish_plan();
	return 1;
}

void
plan_recheck(uint32_t i)
{
	struct entry *e = entry_at(i);
	struct resident_part *p;
	int s, v6 = entry_is_v6(e);

	if (e->kind != ENTRY_RESIDENT) {
		/* An earlier engine has made it.  The plan will judge it. */
		if (slot_iface(e->iif, v6) == NULL)
			work_want(i, NOSLOT, 0, WORK_OTHER);
		return;
	}
	p = resident_of(e);
	for (s = 0; s < MAXVIF; s++)
		if (p->oifs & 1U << s && slot_iface(s, v6) == NULL)
			p->oifs &= ~(1U << s);
	if (p->oifs == 0 || slot_iface(e->iif, v6) == NULL)
		unwant(i);
	else
		work_want(i, e->iif, p->oifs, WORK_OTHER);
}

/* The resident entry that forwards the packets of this flow as well, or 0. */
static uint32_t
double_of(const struct entry *e)
{
	uint32_t i;

	if (nwanted == 0 || e->kind != ENTRY_FLOW ||
	    (i = entry_find_resident(&e->grp, e->iif)) == 0)
		return 0;
	return entry_at(i)->kind == ENTRY_RESIDENT &&
		!(entry_at(i)->flags & ENTRY_REFUSED) ?
	    i :
	    0;
}

void
plan_flow(const struct entry *e)
{
	doubled |= double_of(e) != 0;
}

/* Deletes learned flows that a resident entry forwards now.  A flow that is
 * queued is left for later: writing it makes the kernel send the packets that
 * it has queued for the flow. */
void
plan_settled(void)
{
	struct entry *e;
	uint32_t i, r;

	if (!doubled)
		return;
	doubled = 0;
	for (i = 1; i < entries_top() && nwanted > 0; i++) {
		e = entry_at(i);
		if (!(e->flags & ENTRY_USED) || (r = double_of(e)) == 0)
			continue;
		if (e->flags & (ENTRY_ANSWER | ENTRY_WORK) ||
		    entry_at(r)->have_iif == NOSLOT)
			doubled = 1;
		else
			flow_delete(i, WORK_OTHER);
	}
}

/* Packets that the refused entry would have forwarded cause upcalls instead.
 * The next plan tries the entry again. */
void
plan_refused(int error)
{
	static uint32_t told; /* the last plan that was logged */

	if (told != plan.number)
		log_warnx("the kernel refuses resident (*,G) entries: %s",
		    strerror(error));
	told = plan.number;
	resident_failed(error);
	if (error == ENOPROTOOPT) {
		resident_refuse("this kernel has no resident entries");
		plan_begin(NULL);
		told = plan.number;
	}
}
