/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Makes slots, entries and memberships what they should be.
 */
#include "engine/decide/checks.h"
#include "engine/have/groups.h"
#include "engine/out/verbs.h"
#include "engine/want/current.h"
#include "members.h"
#include "plan.h"
#include "reconcile.h"
#include "routes.h"

static void (*wake)(void);
static void (*evaluated)(void);

/* An update evaluates everything.  Updates are numbered. */
static uint32_t asked, begun, done;
static int waiting;	      /* the kernel has not answered for all VIFs */
static int evaluating;	      /* entries are being evaluated, in slices */
static uint32_t ttls;	      /* slots whose threshold has changed */
static int unstop_wanted;     /* routes_unstop() is to be called */
static uint32_t unstop_after; /* the update that must be done before */
/* Comparisons of memberships with the configuration are numbered. */
static uint32_t regroups_asked, regroups_done;
static const struct config *updated; /* the configuration of the update begun */

enum { TICKET_UPDATE, TICKET_COMPARE, TICKET_PLAN, TICKET_WORK, TICKET_VERBS };

void
reconcile_init(void (*w)(void), void (*e)(void))
{
	wake = w;
	evaluated = e;
}

void
reconcile_all(void)
{
	asked++;
	wake();
}

void
reconcile_unstop(void)
{
	unstop_wanted = 1;
	unstop_after = asked + 1;
}

void
reconcile_groups(void)
{
	regroups_asked++;
	wake();
}

void
reconcile_some(void)
{
	wake();
}

/* Computes the slots of patterns, and notes whose threshold has changed. */
static void
resolve(void)
{
	uint32_t changed = slots_resolve();

	entries_ttls_change(changed);
	ttls |= changed;
}

/* 1 when an update may begin.  An update that is under way is finished first,
 * so that interfaces which come and go cannot keep updates from being finished.
 * But an update for a configuration that is no longer in force is abandoned: it
 * would evaluate the new rules with slots that were assigned for the old
 * ones. */
static int
may_begin(void)
{
	return asked != begun &&
	    (updated != config || !(waiting || evaluating));
}

static void
begin_update(void)
{
	begun = asked;
	updated = config;
	config->rules.changed = 0;
	iface_apply(config);
	(void)slots_assign(config);
	/* for flows that come in before the kernel has answered */
	resolve();
	waiting = 1;
	evaluating = 0;
}

/* 1 when number has been reached. */
static int
is_reached(uint32_t now, uint32_t number)
{
	return (int32_t)(now - number) >= 0;
}

/* The slots are known: begins to evaluate the entries. */
static void
evaluate(void)
{
	waiting = 0;
	evaluating = 1;
	resolve();
	routes_begin(ttls);
	ttls = 0;
}

static void
update(void)
{
	if (may_begin())
		begin_update();
	if (waiting && !slots_any(SLOT_ADDING))
		evaluate();
	if (evaluating && routes_go_on()) {
		evaluating = 0;
		entries_ttls_settle();
		done = begun;
		regroups_asked++;
		if (unstop_wanted && is_reached(done, unstop_after)) {
			routes_unstop();
			unstop_wanted = 0;
		}
		evaluated();
	}
}

/* Joins and leaves for a while.  1: nothing is left to do. */
static int
do_groups(void)
{
	if (regroups_done != regroups_asked)
		members_update();
	regroups_done = regroups_asked;
	if (groups_idle())
		return 1;
	if (!groups_work())
		return 0;
	checks_groups();
	return 1;
}

int
reconcile_is_updating(void)
{
	return waiting || evaluating || may_begin();
}

int
reconcile_has_slots(void)
{
	return begun != 0 && (done != 0 || !waiting);
}

int
reconcile_turn(void)
{
	int planned, written, grouped;

	if (config == NULL)
		return 1;
	update();
	if (!reconcile_has_slots())
		return 1;
	planned = evaluating || waiting || plan_go_on();
	if (verbs_sent() == verbs_answered() && !evaluating)
		plan_settled();
	written = work_run();
	/* not during an update: new flows may name slots that are about to be
	 * freed */
	if (planned && written && !waiting && !evaluating && slots_release())
		asked++; /* an interface waits for one of these slots */
	grouped = evaluating || waiting || do_groups();
	return planned && grouped && !evaluating && !may_begin();
}

void
ticket_take(struct ticket *t, int all)
{
	t->stage = TICKET_UPDATE;
	t->all = all;
	t->update = all ? asked : done;
	t->plan = plan_begun();
	t->group_stage = TICKET_UPDATE;
	t->round = regroups_asked;
}

int
ticket_is_done(struct ticket *t)
{
	if (t->stage == TICKET_UPDATE && is_reached(done, t->update)) {
		if (t->all) /* the update has begun a plan */
			t->plan = plan_begun();
		t->stage = TICKET_PLAN;
	}
	if (t->stage == TICKET_PLAN && is_reached(plan_finished(), t->plan)) {
		t->stage = TICKET_WORK;
		t->work = work_queued();
	}
	if (t->stage == TICKET_WORK && is_reached(work_done(), t->work)) {
		verbs_flush();
		t->stage = TICKET_VERBS;
		t->verbs = verbs_sent();
	}
	return t->stage == TICKET_VERBS &&
	    is_reached(verbs_answered(), t->verbs);
}

/* The joins and leaves of an update are known when memberships were compared
 * after it. */
int
ticket_is_grouped(struct ticket *t)
{
	if (t->group_stage == TICKET_UPDATE && is_reached(done, t->update)) {
		t->group_stage = TICKET_COMPARE;
		if (t->all)
			t->round = regroups_asked;
	}
	if (t->group_stage == TICKET_COMPARE &&
	    is_reached(regroups_done, t->round)) {
		t->group_stage = TICKET_WORK;
		t->groups = groups_queued();
	}
	return t->group_stage == TICKET_WORK && groups_are_done(t->groups);
}
