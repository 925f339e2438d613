/*
 * Which MFC entries there should be: those of static rules, and those learned
 * from upcalls, which are bounded in number and expire.
 */
#include <event.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "../../common/await.h"
#include "../../common/log.h"
#include "flows.h"
#include "kernel_state.h"
#include "names.h"
#include "pool.h"
#include "resident.h"
#include "verbs.h"
#include "warnings.h"

#define NWHEEL 128  /* buckets of flows by the time when they are due */
#define HOLD   10   /* seconds between reports of a flow on two interfaces */
#define SPARED 8    /* flows looked at to find one that may make room */
#define QUEUED 4    /* packets that a kernel keeps until it has an entry */
#define BUDGET 1000 /* flows looked at before upcalls get their turn */

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
static struct limits limits = { CONF_FLOWS, CONF_MAXLIMIT, 0 };
static uint64_t given_up;
static uint8_t tell; /* the mark of entries that the hook is run for */

/* Of the kernel's own entries, of any source: */
static int replan;	 /* other rules, so perhaps others of them */
static uint32_t wishes;	 /* rules that want some */
static int fresh;	 /* there are new ones */
static int carried_flow; /* a flow of theirs was answered all the same */

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

/* All its packets; 0: no more than when last looked at, or than came with the
 * question. */
static uint32_t
packets_in_use(struct flow *f)
{
	const struct mfc *m = mfc_at(f->mfc);
	struct wire_key k = { m->src, m->grp };
	uint32_t packets;

	if (!kernel_state_is_quick(mfc_v6(m)) ||
	    kernel_state_packets(&k, &packets) == -1 ||
	    (int32_t)(packets - f->seen) <= 0)
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

void
flows_limits(const struct limits *l)
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

/* The kernel forwards it by the entry of any source. */
static int
is_carried(const struct mfc *m)
{
	uint32_t i;

	return wishes > 0 && m->iif != NOSLOT &&
	    (i = mfc_find_resident(&m->grp, m->iif)) != 0 &&
	    mfc_at(i)->cand != 0;
}

/* Learned flows that the kernel forwards without: not those that it has yet to
 * be told of, since that frees the packets which it has queued. */
static void
drop_carried(void)
{
	struct mfc *m;
	uint32_t i;

	carried_flow = 0;
	for (i = 1; i < mfc_top() && wishes > 0; i++) {
		m = mfc_at(i);
		if (!(m->flags & MFC_USED) || m->flow == 0 || !is_carried(m))
			continue;
		if (m->flags & MFC_DIRTY)
			carried_flow = 1;
		else
			flow_delete(i);
	}
}

static void
mark_resident(const struct addr *grp, int slot, uint32_t oifs)
{
	uint32_t i;

	if ((i = mfc_get_resident(grp, slot)) == 0)
		fatal(EX_OSERR, "route");
	mfc_at(i)->cand = oifs;
	fresh |= mfc_at(i)->have_iif == NOSLOT;
}

/* A stop entry of another interface is in the way of the source there. */
static int
is_in_the_way(const struct mfc *m)
{
	const struct mfc *r;
	uint32_t i;
	int s;

	for (s = 0; s < MAXVIF && flows_is_stop(m); s++) {
		if ((i = mfc_find_resident(&m->grp, s)) == 0)
			continue;
		r = mfc_at(i);
		if (r->cand != 0 && r->have_iif == NOSLOT)
			return 1;
	}
	return 0;
}

/*
 * What is noted last is done first: the kernel has an entry of any source
 * before those of the learned flows go.
 */
static void
plan_residents(struct config *c)
{
	struct mfc *m;
	uint32_t i;

	replan = fresh = 0;
	for (i = 1; i < mfc_top(); i++)
		if (mfc_is_resident(mfc_at(i)))
			mfc_at(i)->cand = 0;
	wishes = resident_each(c, mark_resident);
	drop_carried();
	for (i = 1; i < mfc_top() && fresh; i++) {
		m = mfc_at(i);
		if (m->flags & MFC_USED && is_in_the_way(m))
			flow_delete(i);
	}
	for (i = 1; i < mfc_top(); i++) {
		m = mfc_at(i);
		if (m->flags & MFC_USED && mfc_is_resident(m))
			mfc_want(i, m->cand ? m->iif : NOSLOT, m->cand);
	}
}

void
flows_residents(struct config *c)
{
	if (replan)
		plan_residents(c);
}

void
flows_settled(void)
{
	if (carried_flow)
		drop_carried();
}

void
flows_resident_refused(int error)
{
	log_warnx("the kernel holds no (*,G) itself: %s", strerror(error));
	resident_refuse("not with this kernel");
	replan = 1;
}

void
flows_evaluate_all(struct config *c, uint32_t ttls)
{
	const struct rule *r;
	struct mfc *m;
	uint32_t i;

	for (i = 1; i < mfc_top(); i++) {
		m = mfc_at(i);
		m->flags &= ~(MFC_STATIC | MFC_TWICE);
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
		if (!mfc_is_resident(m))
			evaluate(c, i);
	}
	plan_residents(c);
}

/*
 * All entries that the rule covers.  A stop entry of another interface may have
 * been in the way of the flow on this one: it goes, and what comes next tells.
 */
static void
evaluate_covered(struct config *c, const struct rule *r, int added)
{
	struct mfc *m;
	uint32_t i;

	replan |= wishes > 0 || resident_wanted(c, r);
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
	carried_flow |= m->flow != 0 && is_carried(m);
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
	(void)kernel_state_packets(&u->key, &packets);
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
	carried_flow |= m->flow != 0 && is_carried(m);
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

/* The one interface where rules expect it, or NOSLOT. */
static uint8_t
expected_slot(struct config *c, const struct wire_key *k)
{
	const struct iface *i;
	uint32_t oifs, rule;
	uint8_t s, found = NOSLOT;

	for (s = 0; s < MAXVIF; s++) {
		i = slot_iface(s, addr_af(&k->grp) == AF_INET6);
		if (i == NULL ||
		    !rules_lookup(&c->rules, i->patterns, i->npatterns, &k->src,
			&k->grp, s, &oifs, &rule))
			continue;
		if (found != NOSLOT)
			return NOSLOT;
		found = s;
	}
	return found;
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
	size_t i, left = 0;

	memset(&u, 0, sizeof(u));
	memset(&w, 0, sizeof(w));
	u.kind = UPCALL_NOCACHE;
	for (i = 0; i < n; i++) {
		u.key = w.key = k[i];
		u.slot = expected_slot(c, &k[i]);
		if (u.slot != NOSLOT) {
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
	mfc_adopt(i, slot, oifs & ~(1U << slot));
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

/*
 * The packets of a flow, and how long ago the last one was.  To ask for both
 * takes three times as long, so that is for those that are looked at for the
 * first time: of many that are made up, the last packet was the first.
 */
static int
last_seen(const struct flow *f, uint32_t *packets, uint32_t *idle)
{
	const struct mfc *m = mfc_at(f->mfc);
	struct wire_key k = { m->src, m->grp };
	struct kernel_count n;

	*idle = 0;
	if (f->forwarded != 0)
		return kernel_state_packets(&k, packets);
	if (kernel_state_get(&k, &n) == -1)
		return -1;
	*packets = n.packets - n.wrong;
	*idle = n.idle_ms / 1000;
	return 0;
}

/* Expires the flow when it is unused for long enough, else sets a new date. */
static void
look_at(uint32_t i)
{
	struct flow *f = flow_at(i);
	uint32_t packets, idle;

	if (last_seen(f, &packets, &idle) == -1 || packets == f->forwarded ||
	    idle >= expire) {
		flow_delete(f->mfc);
		return;
	}
	f->forwarded = packets;
	list_remove(bucket(f), WHEEL, i);
	wheel_insert(i, now() - idle + expire);
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
				mfc_work();
				await(&tick, &soon);
				return;
			}
			look_at(i);
		}
		turned++;
	}
	mfc_work();
	wheel_arm();
}

/* The kernel keys its entries by source and group alone. */
void
flows_warn(void)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];
	char names[MAXVIF * IF_NAMESIZE];
	const struct mfc *m;
	uint32_t i;

	for (i = 1; i < mfc_top(); i++) {
		m = mfc_at(i);
		if (!(m->flags & MFC_TWICE))
			continue;
		slots_names(m->cand, names, sizeof(names));
		warnings_add(WARN_ROUTES,
		    "(%s, %s) is routed from each of %s: the kernel takes it "
		    "from one at a time, where it comes in",
		    addr_print(&m->src, src), addr_print(&m->grp, grp), names);
	}
}
