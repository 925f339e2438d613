/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Which MFC entries there should be: those of static rules, and those learned
 * from upcalls, which are bounded in number and expire.
 */
#include <errno.h>
#include <event.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "common/await.h"
#include "common/log.h"
#include "engine/engine.h"
#include "flows.h"
#include "engine/sys/kernel_state.h"
#include "engine/want/names.h"
#include "engine/lib/pool.h"
#include "engine/decide/resident.h"
#include "engine/out/verbs.h"
#include "engine/decide/warnings.h"

#define NWHEEL	128  /* buckets of flows by the time when they are due */
#define HOLD	10   /* seconds between reports of a flow on two interfaces */
#define SPARED	8    /* flows looked at to find one that may make room */
#define QUEUED	4    /* packets that a kernel keeps until it has an entry */
#define BUDGET	1000 /* flows looked at before upcalls get their turn */
#define PLANNED 4096 /* groups, likewise */

enum { LRU, WHEEL };
enum { STOP, ROUTE };

struct flow {
	uint32_t forwarded; /* packets, when last looked at */
	uint32_t mfc;
	uint32_t due; /* second when it may have expired */
	struct {
		uint32_t prev;
		uint32_t next;
	} link[2];
	uint8_t slot;
	uint8_t kind;
	uint32_t seen; /* packets, when it was spared last */
};

struct list {
	uint32_t head;
	uint32_t tail;
};

static struct pool pool = { .size = sizeof(struct flow), .top = 1 };
static struct list lru[MAXVIF][2]; /* longest unused first */
static uint32_t held[MAXVIF];	   /* flows by slot */
static struct list wheel[NWHEEL];
static uint32_t expire, step; /* seconds: until expiry, of a bucket */
static uint32_t turned;	      /* the wheel's position: time / step */
static struct event tick;
static struct limits limits = { CONF_MAXLIMIT, CONF_MAXLIMIT, 0 };
static uint64_t given_up;
static uint8_t tell; /* the mark of entries that the hook is run for */

/* Of the kernel's own entries, of any source: */
static uint32_t wishes;	 /* rules that want some */
static int carried_flow; /* there may be learned flows of theirs */
static struct {		 /* which there are to be, in small steps */
	int active;
	int all;
	struct prefix range; /* else: of groups that are looked at */
	uint32_t number;     /* of this plan */
	uint32_t since;	     /* the first one that has not been finished */
	uint32_t rule;	     /* how far it has come */
	uint64_t nth;
	uint32_t wishes;
	int fresh; /* there are new ones */
} plan;

static void wheel_turn(int, short, void *);

static struct flow *
flow_at(uint32_t i)
{
	return pool_at(&pool, i);
}

static uint32_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static void
list_append(struct list *l, int which, uint32_t i)
{
	flow_at(i)->link[which].prev = l->tail;
	flow_at(i)->link[which].next = 0;
	if (l->tail != 0)
		flow_at(l->tail)->link[which].next = i;
	else
		l->head = i;
	l->tail = i;
}

static void
list_remove(struct list *l, int which, uint32_t i)
{
	uint32_t prev = flow_at(i)->link[which].prev;
	uint32_t next = flow_at(i)->link[which].next;

	if (prev != 0)
		flow_at(prev)->link[which].next = next;
	else
		l->head = next;
	if (next != 0)
		flow_at(next)->link[which].prev = prev;
	else
		l->tail = prev;
}

void
flows_init(uint32_t seconds, int hook)
{
	expire = seconds;
	tell = hook ? MFC_TELL : 0;
	if (hook)
		resident_refuse("the command of -e is told of each source");
	step = expire / (NWHEEL / 2) + 1;
	turned = now() / step;
	evtimer_set(&tick, wheel_turn, NULL);
}

uint32_t
flows_count(void)
{
	return pool.count;
}

int
flows_is_stop(const struct mfc *m)
{
	return m->flow != 0 && flow_at(m->flow)->kind == STOP;
}

static struct list *
bucket(const struct flow *f)
{
	return &wheel[f->due / step % NWHEEL];
}

/* Sleeps until the next flow is due; not at all when there is none. */
static void
wheel_arm(void)
{
	struct timeval tv = { 0, 0 };
	struct timespec ts;
	uint32_t i, at;

	if (expire == 0 || pool.count == 0 || evtimer_pending(&tick, NULL))
		return;
	for (i = 1; i < NWHEEL; i++)
		if (wheel[(turned + i) % NWHEEL].head != 0)
			break;
	at = (turned + i) * step;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	if (at > ts.tv_sec) {
		tv.tv_sec = at - ts.tv_sec - 1;
		tv.tv_usec = (1000000000 - ts.tv_nsec) / 1000;
	}
	await(&tick, &tv);
}

static void
wheel_insert(uint32_t i, uint32_t due)
{
	struct flow *f = flow_at(i);

	/* a bucket that was passed would be looked at a turn later */
	f->due = due / step <= turned ? (turned + 1) * step : due;
	list_append(bucket(f), WHEEL, i);
}

static void
flow_forget(struct mfc *m)
{
	struct flow *f = flow_at(m->flow);

	list_remove(&lru[f->slot][f->kind], LRU, m->flow);
	if (expire != 0)
		list_remove(bucket(f), WHEEL, m->flow);
	held[f->slot]--;
	pool_put(&pool, m->flow);
	m->flow = 0;
}

/* Forgets it and has the kernel forget it. */
static void
flow_delete(uint32_t mfc)
{
	struct mfc *m = mfc_at(mfc);

	flow_forget(m);
	m->iif = NOSLOT;
	mfc_want(mfc, NOSLOT, 0);
}

static int
fullest(void)
{
	int s, full = 0;

	for (s = 1; s < MAXVIF; s++)
		if (held[s] > held[full])
			full = s;
	return full;
}

/* How many packets of it were forwarded or stopped, modulo 2^32.  0, or -1: the
 * kernel has no such entry. */
static int
packets_of(const struct mfc *m, uint32_t *packets)
{
	struct wire_key k = { m->src, m->grp };
	struct kernel_count n;

	if (kernel_state_get(&k, &n) == -1)
		return -1;
	*packets = n.packets - n.wrong;
	return 0;
}

/* All its packets; 0: no more than when last looked at, or than came with the
 * question. */
static uint32_t
packets_in_use(struct flow *f)
{
	const struct mfc *m = mfc_at(f->mfc);
	uint32_t packets;

	if (!kernel_state_is_quick(mfc_v6(m)) ||
	    packets_of(m, &packets) == -1 || (int32_t)(packets - f->seen) <= 0)
		return 0;
	f->seen = packets;
	return packets;
}

/* Of the oldest flows one that is not in use, or else has carried least. */
static uint32_t
least_used(struct list *l)
{
	uint32_t i, n, first = l->head, found = first, least = UINT32_MAX;
	int tries = 0;

	do {
		i = l->head;
		if ((n = packets_in_use(flow_at(i))) < least) {
			least = n;
			found = i;
		}
		list_remove(l, LRU, i);
		list_append(l, LRU, i);
	} while (least > 0 && ++tries < SPARED && l->head != first);
	return found;
}

/*
 * An interface gives one up: its oldest stop entry first, else a flow, and so
 * that sources which are made up do not displace those that send.
 */
static void
evict(int slot)
{
	static uint32_t told;
	struct list *stops = &lru[slot][STOP];

	if (told == 0 || now() - told >= 60) {
		told = now();
		log_warnx("%u learned flows, the limit: %s gives way",
		    pool.count,
		    slots[slot].iface ? slots[slot].iface->name : "?");
	}
	flow_delete(flow_at(
	    stops->head != 0 ? stops->head : least_used(&lru[slot][ROUTE]))
			->mfc);
	given_up++;
}

uint64_t
flows_given_up(void)
{
	return given_up;
}

static void
keep_limits(const struct limits *l)
{
	int s;

	limits = *l;
	while (pool.count > limits.flows)
		evict(fullest());
	for (s = 0; s < MAXVIF; s++)
		while (held[s] > limits.flows_per_interface)
			evict(s);
}

static int
flow_new(uint32_t mfc)
{
	struct mfc *m = mfc_at(mfc);
	struct flow *f;
	uint32_t i;

	if (held[m->iif] >= limits.flows_per_interface)
		evict(m->iif);
	else if (pool.count >= limits.flows)
		evict(fullest());
	if ((i = pool_get(&pool)) == 0) {
		log_errx("no memory for a flow");
		return -1;
	}
	f = flow_at(i);
	f->mfc = mfc;
	f->slot = m->iif;
	f->kind = STOP;
	f->forwarded = 1; /* the packet that it came with */
	f->seen = QUEUED;
	m->flow = i;
	held[f->slot]++;
	list_append(&lru[f->slot][f->kind], LRU, i);
	if (expire != 0) {
		if (pool.count == 1)
			turned = now() / step; /* it stood still */
		wheel_insert(i, now() + expire);
		wheel_arm();
	}
	return 0;
}

/* Into the list of its slot and kind, as one just used. */
static void
flow_file(struct mfc *m, int kind)
{
	struct flow *f = flow_at(m->flow);

	if (f->slot == m->iif && f->kind == kind)
		return;
	list_remove(&lru[f->slot][f->kind], LRU, m->flow);
	held[f->slot]--;
	f->slot = m->iif;
	f->kind = kind;
	held[f->slot]++;
	list_append(&lru[f->slot][f->kind], LRU, m->flow);
}

static int
lookup(struct config *c, const struct mfc *m, uint32_t *oifs, uint32_t *rule)
{
	struct iface *i = slot_iface(m->iif, mfc_v6(m));

	*oifs = 0;
	if (i == NULL)
		return 0;
	return rules_lookup(&c->rules, i->patterns, i->npatterns, &m->src,
	    &m->grp, m->iif, oifs, rule);
}

/*
 * What the entry should be.  Its inbound interface stays as long as a rule
 * covers the flow there.  One that was static and no longer is lives on as a
 * learned flow where another rule covers it.
 */
static void
evaluate(struct config *c, uint32_t i)
{
	struct mfc *m = mfc_at(i);
	uint32_t oifs, rule, best;
	int covered;

	if (slot_iface(m->iif, mfc_v6(m)) == NULL)
		m->iif = NOSLOT;
	covered = m->iif != NOSLOT && lookup(c, m, &oifs, &rule);
	if (!covered && m->cand != 0) {
		best = ffs(m->cand) - 1;
		m->iif = best;
		covered = lookup(c, m, &oifs, &rule);
	}
	if (m->flow != 0 && (m->iif == NOSLOT || m->flags & MFC_STATIC))
		flow_forget(m);
	if (m->iif == NOSLOT ||
	    (!covered && m->flow == 0 && !(m->flags & MFC_STATIC))) {
		m->iif = NOSLOT;
		mfc_want(i, NOSLOT, 0);
		return;
	}
	if (!(m->flags & MFC_STATIC)) {
		if (m->flow == 0 && flow_new(i) == -1) {
			mfc_want(i, NOSLOT, 0);
			return;
		}
		flow_file(m, covered ? ROUTE : STOP);
	}
	mfc_want(i, m->iif, covered ? oifs : 0);
}

static void
mark_static(const struct rule *r)
{
	struct mfc *m;
	uint32_t i, mine;

	/* without it the kernel's entry would go; the next life may have more
	 */
	if ((i = mfc_get(&r->src, &r->grp)) == 0)
		fatal(EX_OSERR, "route");
	m = mfc_at(i);
	mine = pattern_at(r->iif)->slots[r->v6];
	if (mine & ~m->cand && m->cand & ~mine)
		m->flags |= MFC_TWICE;
	m->flags |= MFC_STATIC;
	m->cand |= mine;
}

/* The entry of any source by which the kernel forwards it, or soon will; 0:
 * there is none. */
static uint32_t
carrier(const struct mfc *m)
{
	const struct mfc *r;
	uint32_t i;

	if (wishes == 0 || m->iif == NOSLOT ||
	    (i = mfc_find_resident(&m->grp, m->iif)) == 0)
		return 0;
	r = mfc_at(i);
	return r->cand != 0 && !(r->flags & MFC_FAILED) ? i : 0;
}

/* Learned flows that the kernel forwards without: not those that it has yet to
 * be told of, since that frees the packets which it has queued. */
static void
drop_carried(void)
{
	struct mfc *m;
	uint32_t i, r;

	carried_flow = 0;
	for (i = 1; i < mfc_top() && wishes > 0; i++) {
		m = mfc_at(i);
		if (!(m->flags & MFC_USED) || m->flow == 0 ||
		    (r = carrier(m)) == 0)
			continue;
		if (m->flags & MFC_DIRTY || mfc_at(r)->have_iif == NOSLOT)
			carried_flow = 1;
		else
			flow_delete(i);
	}
}

void
flows_settled(void)
{
	if (carried_flow)
		drop_carried();
}

/* range: of groups, NULL: all.  One that is being made is made for all. */
static void
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
	plan.wishes = 0;
}

static void
unwant_resident(uint32_t i)
{
	mfc_at(i)->cand = 0;
	mfc_want(i, NOSLOT, 0);
}

static void
want_resident(uint32_t i, uint32_t oifs)
{
	struct mfc *m = mfc_at(i);

	m->cand = oifs;
	m->count = plan.number;
	if (m->have_iif == NOSLOT) {
		m->moved = plan.number;
		plan.fresh = 1;
	}
	mfc_want(i, m->iif, oifs);
}

static void
plan_group(struct config *c, const struct addr *grp)
{
	uint32_t oifs[MAXVIF], i, next;
	uint32_t left = resident_slots(c, grp, oifs);
	int s;

	for (i = mfc_next_resident(grp, 0); i != 0; i = next) {
		next = mfc_next_resident(grp, i);
		s = mfc_at(i)->iif;
		if (left & 1U << s)
			want_resident(i, oifs[s]);
		else
			unwant_resident(i);
		left &= ~(1U << s);
	}
	for (; left != 0; left &= left - 1) {
		s = ffs(left) - 1;
		if ((i = mfc_get_resident(grp, s)) == 0)
			fatal(EX_OSERR, "route");
		want_resident(i, oifs[s]);
	}
}

/* A stop entry of another interface is in the way of the source there. */
static int
is_in_the_way(const struct mfc *m)
{
	uint32_t i = 0;

	if (!flows_is_stop(m))
		return 0;
	while ((i = mfc_next_resident(&m->grp, i)) != 0)
		if (mfc_at(i)->moved >= plan.since && mfc_at(i)->iif != m->iif)
			return 1;
	return 0;
}

/* Those that nobody wants any more go, and what is in the way of new ones. */
static void
plan_end(void)
{
	struct prefix *range = plan.all ? NULL : &plan.range;
	struct mfc *m;
	uint32_t i;

	plan.active = 0;
	wishes = plan.wishes;
	for (i = 1; i < mfc_top(); i++) {
		m = mfc_at(i);
		if (!(m->flags & MFC_USED) ||
		    (range != NULL && !prefix_match(range, &m->grp)))
			continue;
		if (!mfc_is_resident(m)) {
			if (plan.fresh && is_in_the_way(m))
				flow_delete(i);
		} else if (m->count != plan.number)
			unwant_resident(i);
	}
	carried_flow = 1;
}

int
flows_residents(struct config *c)
{
	struct prefix *range = plan.all ? NULL : &plan.range;
	const struct rule *x;
	struct addr grp;
	int budget = PLANNED;

	while (plan.active && plan.rule < rules_top(&c->rules)) {
		x = rules_at(&c->rules, plan.rule);
		if (x->used && resident_nth(c, x, range, plan.nth, &grp)) {
			if (budget-- == 0)
				return 0;
			plan_group(c, &grp);
			plan.nth++;
			continue;
		}
		plan.wishes += x->used && resident_wanted(c, x);
		plan.rule++;
		plan.nth = 0;
	}
	if (plan.active)
		plan_end();
	return 1;
}

/*
 * Without the option the kernel takes none of them.  Else that one is learned,
 * and asked for again with the next plan.
 */
void
flows_resident_failed(int error)
{
	static uint32_t told; /* in this plan */

	if (told != plan.number)
		log_warnx("the kernel does not hold a (*,G) itself: %s",
		    strerror(error));
	told = plan.number;
	resident_failed(error);
	if (error == ENOPROTOOPT) {
		resident_refuse("not with this kernel");
		plan_begin(NULL);
		told = plan.number;
	}
}

/* What is gone is not waited for until all is planned. */
static void
keep_resident(uint32_t i)
{
	struct mfc *m = mfc_at(i);
	int s, v6 = mfc_v6(m);

	for (s = 0; s < MAXVIF; s++)
		if (m->cand & 1U << s && slot_iface(s, v6) == NULL)
			m->cand &= ~(1U << s);
	if (m->cand == 0 || slot_iface(m->iif, v6) == NULL)
		unwant_resident(i);
	else
		mfc_want(i, m->iif, m->cand);
}

void
flows_evaluate_all(struct config *c, uint32_t ttls)
{
	const struct rule *r;
	struct mfc *m;
	uint32_t i;

	/* until it is known which of them are flows */
	limits.flows = limits.flows_per_interface = CONF_MAXLIMIT;
	for (i = 1; i < mfc_top(); i++) {
		m = mfc_at(i);
		m->flags &= ~(MFC_STATIC | MFC_TWICE);
		if (!(m->flags & MFC_USED) || !mfc_is_resident(m))
			m->cand = 0;
	}
	for (i = 1; i < rules_top(&c->rules); i++) {
		r = rules_at(&c->rules, i);
		if (r->used && rule_is_host(r))
			mark_static(r);
	}
	for (i = 1; i < mfc_top(); i++) {
		m = mfc_at(i);
		if (!(m->flags & MFC_USED))
			continue;
		if (m->have_oifs & ttls)
			mfc_stale(i);
		if (mfc_is_resident(m))
			keep_resident(i);
		else
			evaluate(c, i);
	}
	keep_limits(&c->limits);
	plan_begin(NULL);
}

/*
 * All entries that the rule covers.  A stop entry of another interface may have
 * been in the way of the flow on this one: it goes, and what comes next tells.
 */
static void
evaluate_covered(struct config *c, const struct rule *r, int added)
{
	struct prefix grp = { r->grp, r->glen };
	struct mfc *m;
	uint32_t i;

	wishes += resident_wanted(c, r);
	if (wishes > 0 || plan.active)
		plan_begin(&grp);
	for (i = 1; i < mfc_top(); i++) {
		m = mfc_at(i);
		if (!(m->flags & MFC_USED) || mfc_is_resident(m) ||
		    !rule_covers(r, &m->src, &m->grp))
			continue;
		if (added && m->iif != NOSLOT && flows_is_stop(m) &&
		    !(pattern_at(r->iif)->slots[r->v6] & 1U << m->iif))
			flow_delete(i);
		else
			evaluate(c, i);
	}
}

void
flows_rule_changed(struct config *c, uint32_t rule)
{
	const struct rule *r = rules_at(&c->rules, rule);

	if (rule_is_host(r)) {
		mark_static(r);
		evaluate(c, mfc_find(&r->src, &r->grp));
	} else
		evaluate_covered(c, r, 1);
}

void
flows_rule_removed(struct config *c, const struct rule *gone)
{
	struct prefix src = { gone->src, gone->slen };
	struct prefix grp = { gone->grp, gone->glen };
	struct mfc *m;
	uint32_t i, p, r;

	if (!rule_is_host(gone)) {
		evaluate_covered(c, gone, 0);
		return;
	}
	if ((i = mfc_find(&gone->src, &gone->grp)) == 0)
		return;
	m = mfc_at(i);
	m->flags &= ~(MFC_STATIC | MFC_TWICE);
	m->cand = 0;
	for (p = 1; p < c->rules.nshapes; p++)
		if (c->rules.shapes[p].n > 0 &&
		    (r = rules_find(&c->rules, p, &src, &grp)) != 0)
			mark_static(rules_at(&c->rules, r));
	evaluate(c, i);
	carried_flow |= m->flow != 0 && carrier(m) != 0;
}

static void
log_flow(struct config *c, const struct mfc *m, const char *what)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];
	const struct rule *r;
	uint32_t oifs, rule;

	if (log_getlevel() < LOG_DEBUG || m->iif == NOSLOT)
		return;
	addr_print(&m->src, src);
	addr_print(&m->grp, grp);
	if (!lookup(c, m, &oifs, &rule)) {
		log_debug("%s from %s to %s on %s: no rule, stopped", what, src,
		    grp, slots[m->iif].iface->name);
		return;
	}
	r = rules_at(&c->rules, rule);
	log_debug("%s from %s to %s on %s, matched by %s:%u", what, src, grp,
	    slots[m->iif].iface->name, config_file(c, r), r->line);
}

static void
nocache(struct config *c, const struct wire_upcall *u)
{
	const struct addr *src = &u->key.src, *grp = &u->key.grp;
	struct mfc *m;
	uint32_t i, oifs, rule;
	uint8_t old;

	if ((i = mfc_get(src, grp)) == 0) {
		log_errx("no memory for a flow");
		return;
	}
	m = mfc_at(i);
	old = m->iif;
	m->iif = u->slot;
	/* where we know it from stays, unless a rule covers it here */
	if (slot_iface(old, mfc_v6(m)) != NULL && !lookup(c, m, &oifs, &rule))
		m->iif = old;
	if (!(m->flags & MFC_STATIC) && m->flow == 0 && flow_new(i) == -1)
		return;
	log_flow(c, m, "new flow");
	evaluate(c, i);
	if (m->flow != 0 && !flows_is_stop(m))
		m->flags |= tell;
	carried_flow |= m->flow != 0 && carrier(m) != 0;
	mfc_missing(i);
}

/* What went out there comes in, and what would go out here came in: fine with
 * two senders of one address, else soon the end of the network. */
static void
warn_loop(const struct mfc *m, uint8_t old)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];

	if (slots[old].iface == NULL || slots[m->iif].iface == NULL)
		return;
	warnings_add(WARN_FLOWS,
	    "(%s, %s) comes in on %s and on %s, which are routed to each "
	    "other: a loop, if something raises the TTL",
	    addr_print(&m->src, src), addr_print(&m->grp, grp),
	    slots[old].iface->name, slots[m->iif].iface->name);
}

/*
 * At once, unless it was reported not long ago and packets came through since:
 * a flow that is on two interfaces does not go to and fro.
 */
static void
wrongvif(struct config *c, const struct wire_upcall *u)
{
	struct mfc *m;
	uint32_t i, oifs, rule, packets = 0;
	int alive, held_back;
	uint8_t old;

	if ((i = mfc_find(&u->key.src, &u->key.grp)) == 0)
		return;
	m = mfc_at(i);
	if (m->iif == u->slot || m->iif == NOSLOT)
		return;
	old = m->iif;
	m->iif = u->slot;
	if (!lookup(c, m, &oifs, &rule)) {
		m->iif = old;
		return;
	}
	(void)packets_of(m, &packets);
	if (m->have_oifs & 1U << u->slot && oifs & 1U << old)
		warn_loop(m, old);
	alive = m->count != packets;
	held_back = m->moved != 0 && now() - m->moved < HOLD && alive &&
	    m->have_oifs != 0;
	m->count = packets;
	m->moved = now();
	if (held_back) {
		m->iif = old;
		return;
	}
	log_flow(c, m, "moved flow");
	m->flags |= tell;
	evaluate(c, i);
	carried_flow |= m->flow != 0 && carrier(m) != 0;
}

void
flows_upcall(struct config *c, const struct wire_upcall *u)
{
	if (slot_iface(u->slot, addr_af(&u->key.grp) == AF_INET6) == NULL)
		return;
	if (u->kind == UPCALL_NOCACHE)
		nocache(c, u);
	else
		wrongvif(c, u);
}

/* Where rules expect it. */
static uint32_t
expected_slots(struct config *c, const struct wire_key *k)
{
	const struct iface *i;
	uint32_t oifs, rule, found = 0;
	uint8_t s;

	for (s = 0; s < MAXVIF; s++) {
		i = slot_iface(s, addr_af(&k->grp) == AF_INET6);
		if (i != NULL &&
		    rules_lookup(&c->rules, i->patterns, i->npatterns, &k->src,
			&k->grp, s, &oifs, &rule))
			found |= 1U << s;
	}
	return found;
}

void
flows_unstop(struct config *c)
{
	const struct mfc *m;
	struct wire_key k;
	uint32_t i, expected;

	for (i = 1; i < mfc_top(); i++) {
		m = mfc_at(i);
		if (!(m->flags & MFC_USED) || !flows_is_stop(m) ||
		    m->iif == NOSLOT)
			continue;
		k.src = m->src;
		k.grp = m->grp;
		expected = expected_slots(c, &k);
		if (expected != 0 && !(expected & 1U << m->iif))
			flow_delete(i);
	}
}

/*
 * Where they come in was told, and is lost.  Where there may be several places
 * an entry makes the kernel drop what it holds, and without it ask again.
 */
void
flows_unanswered(struct config *c, struct wire_key *k, size_t n)
{
	struct wire_upcall u;
	struct wire_mfc w;
	uint32_t expected;
	size_t i, left = 0;

	memset(&u, 0, sizeof(u));
	memset(&w, 0, sizeof(w));
	u.kind = UPCALL_NOCACHE;
	for (i = 0; i < n; i++) {
		u.key = w.key = k[i];
		expected = expected_slots(c, &k[i]);
		if (expected != 0 && (expected & (expected - 1)) == 0) {
			u.slot = ffs(expected) - 1;
			flows_upcall(c, &u);
			continue;
		}
		for (w.iif = 0; w.iif < MAXVIF; w.iif++)
			if (slot_iface(w.iif, addr_af(&w.key.grp) == AF_INET6))
				break;
		if (w.iif == MAXVIF)
			continue;
		verbs_mfc_add(&w);
		k[left++] = k[i];
	}
	for (i = 0; i < left; i++)
		verbs_mfc_del(&k[i]);
}

void
flows_adopt(const struct wire_key *k, uint8_t iif, uint32_t oifs)
{
	uint32_t i;

	if ((i = mfc_get(&k->src, &k->grp)) == 0)
		fatalx(EX_OSERR, "no memory for a flow");
	mfc_adopt(i, iif, oifs);
	if (flow_new(i) == -1)
		mfc_want(i, NOSLOT, 0);
	else /* it may name slots of interfaces that are gone, unseen by us */
		mfc_stale(i);
}

void
flows_orphan(const struct wire_key *k)
{
	uint32_t i;

	if ((i = mfc_get(&k->src, &k->grp)) != 0)
		mfc_stale(i); /* nobody wants it */
}

/* Without its slot the entry has no name: it is that of some VIF that is lost.
 */
static void
unmake_lost(const struct addr *grp)
{
	struct prefix any;
	struct wire_mfc w;

	prefix_any(&any, addr_af(grp));
	memset(&w, 0, sizeof(w));
	w.key.src = any.a;
	w.key.grp = *grp;
	w.how = MFC_UNMAKE;
	for (w.iif = 0; w.iif < MAXVIF; w.iif++)
		if (slots[w.iif].lost)
			verbs_mfc_add(&w);
}

void
flows_adopt_resident(const struct addr *grp, int slot, uint32_t oifs)
{
	uint32_t i;

	if (slot == -1) {
		unmake_lost(grp);
		return;
	}
	if ((i = mfc_get_resident(grp, slot)) == 0)
		fatal(EX_OSERR, "route");
	oifs &= ~(1U << slot);
	mfc_adopt(i, slot, oifs);
	mfc_at(i)->cand = oifs;
	mfc_want(i, slot, oifs);
	mfc_stale(i);
}

void
flows_flush(void)
{
	struct mfc *m;
	uint32_t i;

	for (i = 1; i < mfc_top(); i++) {
		m = mfc_at(i);
		if (m->flags & MFC_USED && m->flow != 0)
			flow_delete(i);
	}
}

/* Expires the flow when none has come since it was looked at, or else sets a
 * new date. */
static void
look_at(uint32_t i)
{
	struct flow *f = flow_at(i);
	uint32_t packets;

	if (packets_of(mfc_at(f->mfc), &packets) == -1 || packets == 0 ||
	    packets == f->forwarded) {
		flow_delete(f->mfc);
		return;
	}
	f->forwarded = packets;
	list_remove(bucket(f), WHEEL, i);
	wheel_insert(i, now() + expire);
	list_remove(&lru[f->slot][f->kind], LRU, i);
	list_append(&lru[f->slot][f->kind], LRU, i);
}

static void
wheel_turn(int fd, short what, void *arg)
{
	struct timeval soon = { 0, 0 };
	uint32_t budget = BUDGET, i;

	(void)fd;
	(void)what;
	(void)arg;
	while ((turned + 1) * step <= now()) {
		while ((i = wheel[(turned + 1) % NWHEEL].head) != 0) {
			if (budget-- == 0) {
				engine_work();
				await(&tick, &soon);
				return;
			}
			look_at(i);
		}
		turned++;
	}
	engine_work();
	wheel_arm();
}
