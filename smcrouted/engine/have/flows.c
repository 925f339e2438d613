/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Learned flows.
 */
#include "common/log.h"
#include "engine/lib/list.h"
#include "engine/sys/kernel_state.h"
#include "bus.h"
#include "flows.h"

#define NWHEEL 128 /* buckets of flows, by due time */
#define TRIES  8   /* flows looked at to find some to delete */
#define QUEUED 4   /* packets that the kernel queues for a new flow */

static void sort_out(struct counters *);

static struct pool pool = { .size = sizeof(struct flow), .top = 1 };
static struct list lru[MAXVIF][2]; /* by slot and kind, oldest use first */
static uint32_t nslot[MAXVIF];	   /* flows by slot */
static struct list wheel[NWHEEL];
static uint32_t expire, step; /* seconds until expiry, seconds of a bucket */
static uint32_t turned;	      /* position of the wheel: time / step */
static void (*arm)(void);
static struct limits limits = { CONF_MAXLIMIT, CONF_MAXLIMIT, 0 };
static uint64_t given_up;
static struct counters question = { .answered = sort_out };
static uint32_t asked[TRIES]; /* entries whose counters were asked for */
static uint32_t looked;	      /* when they were asked for, in seconds */

static struct flow *
flow_at(uint32_t i)
{
	return pool_at(&pool, i);
}

static const struct list by_due = LIST_IN(&pool, flow, wheel);
static const struct list by_use = LIST_IN(&pool, flow, lru);

void
flows_init(uint32_t seconds, void (*f)(void))
{
	unsigned int i;

	expire = seconds;
	step = expire / (NWHEEL / 2) + 1;
	arm = f;
	for (i = 0; i < NWHEEL; i++)
		wheel[i] = by_due;
	for (i = 0; i < MAXVIF; i++)
		lru[i][FLOW_STOP] = lru[i][FLOW_ROUTE] = by_use;
}

uint32_t
flows_count(void)
{
	return pool.count;
}

uint64_t
flows_given_up(void)
{
	return given_up;
}

struct flow *
flow_of(const struct entry *e)
{
	return flow_at(e->part);
}

int
flow_is(uint32_t i, const struct wire_key *k)
{
	const struct entry *e = entry_at(i);

	return e->kind == ENTRY_FLOW && addr_cmp(&e->src, &k->src) == 0 &&
	    addr_cmp(&e->grp, &k->grp) == 0;
}

int
flow_is_stop(const struct entry *e)
{
	return e->kind == ENTRY_FLOW && flow_of(e)->kind == FLOW_STOP;
}

static struct list *
bucket(const struct flow *f)
{
	return &wheel[f->due / step % NWHEEL];
}

static void
due_insert(uint32_t i, uint32_t when)
{
	struct flow *f = flow_at(i);

	/* The wheel has passed the buckets before the current one, and gets
	 * there only a whole turn later.  The current bucket is being emptied.
	 * So the next one is the earliest that can be used. */
	f->due = when / step <= turned + 1 ? (turned + 2) * step : when;
	list_append(bucket(f), i);
}

void
flow_set_due(struct flow *f, uint32_t when)
{
	uint32_t i = entry_at(f->entry)->part;

	list_remove(bucket(f), i);
	due_insert(i, when);
}

uint32_t
flow_due(uint32_t now)
{
	uint32_t i;

	while ((turned + 1) * step <= now) {
		if ((i = wheel[(turned + 1) % NWHEEL].head) != 0)
			return flow_at(i)->entry;
		turned++;
	}
	return 0;
}

uint32_t
flow_next_due(void)
{
	uint32_t i;

	if (expire == 0 || pool.count == 0)
		return 0;
	for (i = 1; i < NWHEEL; i++)
		if (wheel[(turned + i) % NWHEEL].head != 0)
			break;
	return (turned + i) * step;
}

void
flow_used(struct flow *f)
{
	uint32_t i = entry_at(f->entry)->part;

	list_remove(&lru[f->slot][f->kind], i);
	list_append(&lru[f->slot][f->kind], i);
}

void
flow_forget(struct entry *e)
{
	struct flow *f = flow_of(e);

	bus_tell_flow(BUS_FLOW_ENDS, f->entry);
	list_remove(&lru[f->slot][f->kind], e->part);
	if (expire != 0)
		list_remove(bucket(f), e->part);
	nslot[f->slot]--;
	pool_put(&pool, e->part);
	e->part = 0;
	e->kind = ENTRY_NONE;
}

void
flow_delete(uint32_t i, enum work_queue q)
{
	struct entry *e = entry_at(i);

	flow_forget(e);
	e->iif = NOSLOT;
	work_want(i, NOSLOT, 0, q);
}

/*
 * The answer to a look at the least recently used flows.  A flow is in use when
 * it has more packets than when it was last found in use or, if it is new, than
 * the kernel had queued.  Flows in use go to the end of their list, the others
 * may be deleted.  If all are in use, the one with the fewest packets may.
 */
static void
sort_out(struct counters *c)
{
	uint32_t i, packets, least = 0, fewest = UINT32_MAX, unused = 0;
	struct flow *f;

	for (i = 0; i < c->n; i++) {
		if (!flow_is(asked[i], &c->keys[i]))
			continue;
		f = flow_of(entry_at(asked[i]));
		packets = c->counts[i].packets;
		if (!c->found[i] || (int32_t)(packets - f->spared) <= 0) {
			f->unused = looked;
			unused++;
			continue;
		}
		f->spared = packets;
		flow_used(f);
		if (packets < fewest) {
			fewest = packets;
			least = entry_at(asked[i])->part;
		}
	}
	if (unused > 0 || least == 0)
		return;
	f = flow_at(least);
	f->unused = looked;
	list_remove(&lru[f->slot][f->kind], least);
	list_prepend(&lru[f->slot][f->kind], least);
}

/* Asks how many packets the least recently used flows of the list have, unless
 * an answer to that is still to come. */
static void
look_at_use(const struct list *l, uint32_t now)
{
	struct counters *c = &question;
	const struct entry *e;
	uint32_t i;

	if (c->is_asked)
		return;
	c->n = 0;
	for (i = l->head; i != 0 && c->n < TRIES; i = list_next(l, i)) {
		e = entry_at(flow_at(i)->entry);
		if (!kernel_state_is_quick(entry_is_v6(e)))
			break;
		asked[c->n] = flow_at(i)->entry;
		c->keys[c->n++] = entry_key(e);
	}
	looked = now;
	if (c->n > 0)
		counters_ask(c);
}

/* Chooses a flow of the interface to be deleted: its oldest stop entry, or else
 * its least used flow.  What a look has found is good for a second. */
static uint32_t
least_wanted(int slot, uint32_t now)
{
	const struct list *routes = &lru[slot][FLOW_ROUTE];

	if (lru[slot][FLOW_STOP].head != 0)
		return lru[slot][FLOW_STOP].head;
	if (flow_at(routes->head)->unused != now)
		look_at_use(routes, now);
	return routes->head;
}

static int
fullest(void)
{
	int s, full = 0;

	for (s = 1; s < MAXVIF; s++)
		if (nslot[s] > nslot[full])
			full = s;
	return full;
}

/*
 * Deletes one flow of the interface.  A storm of made-up sources does not
 * displace flows that send.  The deletion is queued like an answer, because an
 * answer needs the room.
 */
static void
evict(int slot, uint32_t now)
{
	uint32_t i = flow_at(least_wanted(slot, now))->entry;

	given_up++;
	bus_tell_flow(BUS_FLOW_EVICTED, i);
	flow_delete(i, WORK_ANSWER);
}

void
flows_limit(const struct limits *l, uint32_t now)
{
	int s;

	if (l == NULL) {
		limits.flows = limits.flows_per_interface = CONF_MAXLIMIT;
		return;
	}
	limits = *l;
	while (pool.count > limits.flows)
		evict(fullest(), now);
	for (s = 0; s < MAXVIF; s++)
		while (nslot[s] > limits.flows_per_interface)
			evict(s, now);
}

int
flow_new(uint32_t entry, uint32_t now)
{
	struct entry *e = entry_at(entry);
	struct flow *f;
	uint32_t i;

	if (nslot[e->iif] >= limits.flows_per_interface)
		evict(e->iif, now);
	else if (pool.count >= limits.flows)
		evict(fullest(), now);
	if ((i = pool_get(&pool)) == 0) {
		log_errx("no memory for a flow");
		return -1;
	}
	f = flow_at(i);
	f->entry = entry;
	f->slot = e->iif;
	f->kind = FLOW_STOP;
	f->forwarded = 1; /* the packet that was reported */
	f->spared = QUEUED;
	f->last = now;
	f->exact = 1;
	e->part = i;
	e->kind = ENTRY_FLOW;
	nslot[f->slot]++;
	list_append(&lru[f->slot][f->kind], i);
	bus_tell_flow(BUS_FLOW_BEGINS, entry);
	if (expire == 0)
		return 0;
	if (pool.count == 1)
		turned = now / step; /* the wheel does not turn without flows */
	due_insert(i, now + expire * 9 / 16);
	if (pool.count == 1)
		arm();
	return 0;
}

void
flow_file(const struct entry *e, enum flow_kind kind)
{
	struct flow *f = flow_of(e);

	if (f->slot == e->iif && f->kind == kind)
		return;
	list_remove(&lru[f->slot][f->kind], e->part);
	nslot[f->slot]--;
	f->slot = e->iif;
	f->kind = kind;
	nslot[f->slot]++;
	list_append(&lru[f->slot][f->kind], e->part);
}
