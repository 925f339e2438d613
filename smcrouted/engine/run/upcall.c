/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Answers the kernel's reports.
 */
#include <stdlib.h>
#include <sysexits.h>

#include "common/log.h"
#include "engine/decide/decide.h"
#include "engine/decide/warnings.h"
#include "engine/have/bus.h"
#include "engine/have/parts.h"
#include "common/clock.h"
#include "engine/out/verbs.h"
#include "engine/sys/kernel_state.h"
#include "engine/sys/netconf.h"
#include "engine/sys/vif.h"
#include "engine/want/current.h"
#include "plan.h"
#include "reconcile.h"
#include "routes.h"
#include "upcall.h"

static uint32_t untold;		  /* upcalls not yet reported as TAKEN */
static struct wire_upcall *early; /* came before slots were known */
static uint32_t early_count;

/* Reports of packets on a wrong interface, with the question for the counters
 * of their flows.  There are two: while one question waits for its answer,
 * reports are gathered in the other. */
static struct sightings {
	struct counters c;	    /* the first member: see judge_sighted() */
	uint8_t slot[COUNTERS_MAX]; /* where each flow was seen */
} sightings[2];
static int gathering; /* which one gathers */

/* Sets the entry's inbound slot.  The known one stays unless a rule covers the
 * flow on the new one. */
static void
place(struct entry *e, uint8_t slot)
{
	if (slot_iface(e->iif, entry_is_v6(e)) == NULL ||
	    decide_covers(config, e, slot))
		e->iif = slot;
}

static void
nocache(const struct wire_upcall *u)
{
	struct entry *e;
	uint32_t i;

	if ((i = entry_get(&u->key.src, &u->key.grp)) == 0) {
		log_errx("no memory for a flow");
		return;
	}
	e = entry_at(i);
	if (e->kind != ENTRY_STATIC)
		e->src = u->key.src; /* see keys.h */
	place(e, u->slot);
	if (e->kind == ENTRY_NONE && flow_new(i, clock_seconds()) == -1) {
		work_want(i, NOSLOT, 0, WORK_ANSWER);
		return;
	}
	routes_evaluate(i, WORK_ANSWER);
	bus_tell_flow(BUS_FLOW_LEARNED, i);
	plan_flow(e);
	work_answer(i);
}

/* Warns of a loop: the flow is sent out on the interface where it was seen, and
 * from there would be sent out where it came in.  The kernel's own copies look
 * the same. */
static void
warn_loop(const struct entry *e, uint8_t slot)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];
	struct wire_key k = entry_key(e);
	struct verdict v;

	if (vif_hears_copies(entry_is_v6(e)))
		return;
	decide(config, &k, slot, 0, &v);
	if (!(e->have_oifs & 1U << slot) || !(v.oifs & 1U << e->iif) ||
	    slots[e->iif].iface == NULL || slots[slot].iface == NULL)
		return;
	warnings_add(WARN_FLOWS,
	    "(%s, %s) comes in on %s and on %s, which are routed to each "
	    "other: a loop, if something raises the TTL",
	    addr_print(&e->src, src), addr_print(&e->grp, grp),
	    slots[e->iif].iface->name, slots[slot].iface->name);
}

static struct arrival *
arrival_of(const struct entry *e)
{
	return e->kind == ENTRY_FLOW ? &flow_of(e)->arrival :
				       &static_of(e)->arrival;
}

static enum sighting_verdict
judge(const struct entry *e, uint8_t slot, uint32_t packets)
{
	struct arrival *a = arrival_of(e);
	uint32_t now = clock_seconds();
	struct sighting s = { .since = UINT32_MAX };
	enum sighting_verdict verdict;

	s.covered = decide_covers(config, e, slot);
	s.is_oif = (e->have_oifs & 1U << slot) != 0;
	s.is_forwarded = e->have_oifs != 0;
	/* a copy of the kernel's comes from there, whatever the route */
	s.is_route = s.is_oif && !vif_hears_copies(entry_is_v6(e)) &&
	    slots[slot].iface != NULL &&
	    netconf_way_to(&e->src) == slots[slot].iface->ifindex;
	if (a->reported != 0)
		s.since = now - a->reported;
	s.forwarded = packets - a->forwarded;
	verdict = decide_move(&s);
	if (verdict != SIGHTING_IGNORE) {
		a->forwarded = packets;
		a->reported = now;
	}
	return verdict;
}

/* The entry of the flow if it may have moved to the slot, or 0. */
static uint32_t
find_sighted(const struct wire_key *k, uint8_t slot)
{
	uint32_t i = entry_find(&k->src, &k->grp);
	const struct entry *e;

	if (i == 0)
		return 0;
	e = entry_at(i);
	if (e->iif == slot || e->iif == NOSLOT ||
	    (e->kind != ENTRY_FLOW && e->kind != ENTRY_STATIC))
		return 0;
	return slot_iface(slot, entry_is_v6(e)) != NULL ? i : 0;
}

/*
 * Takes a report of a packet on a wrong interface.  What is done about it
 * depends on how many packets the flow has, so its counters are asked for. When
 * both questions are full the report is dropped: if the flow goes on, the
 * kernel reports it again, Linux after three seconds.
 */
static void
wrongvif(const struct wire_upcall *u)
{
	struct sightings *s;
	uint32_t i = find_sighted(&u->key, u->slot);

	if (i == 0 || !decide_covers(config, entry_at(i), u->slot))
		return;
	if (sightings[gathering].c.n == COUNTERS_MAX)
		upcall_ask();
	s = &sightings[gathering];
	if (s->c.n == COUNTERS_MAX)
		return;
	s->slot[s->c.n] = u->slot;
	s->c.keys[s->c.n++] = u->key;
}

/* Judges a report.  n NULL: the kernel has no such entry. */
static void
sighted(uint32_t i, uint8_t slot, const struct kernel_count *n)
{
	struct entry *e = entry_at(i);

	warn_loop(e, slot);
	if (judge(e, slot, n != NULL ? n->packets : arrival_of(e)->forwarded) !=
	    SIGHTING_MOVE)
		return;
	e->iif = slot;
	routes_evaluate(i, WORK_ANSWER);
	bus_tell_flow(BUS_FLOW_MOVED, i);
	plan_flow(e);
	reconcile_some();
}

void
upcall_ask(void)
{
	struct sightings *s = &sightings[gathering];

	if (s->c.n == 0 || sightings[!gathering].c.is_asked)
		return;
	gathering = !gathering;
	counters_ask(&s->c);
}

static void
judge_sighted(struct counters *c)
{
	const struct sightings *s = (struct sightings *)c;
	uint32_t i, k;

	for (k = 0; k < c->n; k++)
		if ((i = find_sighted(&c->keys[k], s->slot[k])) != 0)
			sighted(i, s->slot[k],
			    c->found[k] ? &c->counts[k] : NULL);
	c->n = 0;
	upcall_ask();
}

static void
take(const struct wire_upcall *u)
{
	if (slot_iface(u->slot, addr_af(&u->key.grp) == AF_INET6) == NULL)
		return;
	if (u->kind == UPCALL_NOCACHE)
		nocache(u);
	else
		wrongvif(u);
}

int
upcall_take(const struct wire_upcall *u)
{
	if (untold++ == UPCALL_CREDIT)
		return -1;
	if (reconcile_has_slots()) {
		take(u);
		return 0;
	}
	if (early == NULL &&
	    (early = calloc(UPCALL_CREDIT, sizeof(*early))) == NULL)
		fatal(EX_OSERR, "upcalls");
	early[early_count++] = *u;
	return 0;
}

void
upcall_turn(void)
{
	uint32_t i;

	if (untold == 0 || !reconcile_has_slots())
		return;
	if (early != NULL) {
		for (i = 0; i < early_count; i++)
			take(&early[i]);
		free(early);
		early = NULL;
		early_count = 0;
		upcall_ask();
		reconcile_some();
		return;
	}
	if (!work_is_answered())
		return;
	verbs_taken(untold);
	untold = 0;
}

void
upcall_init(void)
{
	sightings[0].c.answered = sightings[1].c.answered = judge_sighted;
}
