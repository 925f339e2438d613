/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The table of MFC entries.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engine/lib/hash.h"
#include "engine/lib/pool.h"
#include "engine/sys/keys.h"
#include "entries.h"

/* The head of the memory that is kept for the next engine.  Entries follow it
 * at TABLE_OFFSET. */
struct table_head {
	uint32_t magic;	     /* changes with the layout of an entry */
	uint32_t top;	     /* all indices are below this */
	uint32_t owner;	     /* random number of the engine that writes here */
	uint8_t ttl[MAXVIF]; /* threshold that all entries have for the slot;
				0: not known */
};

#define TABLE_MAGIC  (0x534d4301 ^ (uint32_t)sizeof(struct entry))
#define TABLE_OFFSET 4096

static struct pool pool;
static uint32_t *heads, nheads;
static struct table_head *table; /* NULL: the next engine gets no entries */
static size_t table_len;
static uint32_t self; /* our number as the owner; 0: not yet */

static void *
first_entry(void)
{
	return (unsigned char *)table + TABLE_OFFSET;
}

void
entries_ttls_change(uint32_t mask)
{
	int s;

	for (s = 0; s < MAXVIF && table != NULL; s++)
		if (mask & 1U << s)
			table->ttl[s] = 0;
}

void
entries_ttls_settle(void)
{
	int s;

	for (s = 0; s < MAXVIF && table != NULL; s++)
		table->ttl[s] = slots[s].ttl;
}

static void
own_table(void)
{
	self = arc4random() | 1;
	table->owner = self;
}

int
entries_are_ours(void)
{
	return self == 0 || table == NULL || table->owner == self;
}

void
entries_order(void)
{
	atomic_signal_fence(memory_order_seq_cst);
}

static void
start_empty(void)
{
	free(heads);
	heads = NULL;
	nheads = 0;
	pool_clear(&pool);
	pool_init(&pool, sizeof(struct entry));
	if (table == NULL)
		return;
	(void)pool_init_at(&pool, sizeof(struct entry), first_entry(),
	    table_len - TABLE_OFFSET, 0);
	table->magic = TABLE_MAGIC;
	table->top = pool.top;
	entries_ttls_change(UINT32_MAX);
	own_table();
}

void
entries_init(void)
{
	table = NULL;
	start_empty();
}

uint32_t
entries_keep(void *memory, size_t len)
{
	uint32_t left;

	if (len <= TABLE_OFFSET)
		return 0;
	table = memory;
	table_len = len;
	left = table->magic == TABLE_MAGIC && table->top > 1 ? table->top : 0;
	if (left == 0)
		start_empty();
	return left;
}

void
entries_discard(void)
{
	start_empty();
}

struct entry *
entry_at(uint32_t i)
{
	return pool_at(&pool, i);
}

uint32_t
entries_top(void)
{
	return pool.top;
}

uint32_t
entries_count(void)
{
	return pool.count;
}

struct wire_key
entry_key(const struct entry *e)
{
	struct wire_key k = { e->src, e->grp };

	return k;
}

int
entry_is_v6(const struct entry *e)
{
	return addr_af(&e->grp) == AF_INET6;
}

int
entry_is_resident(const struct entry *e)
{
	return addr_is_any(&e->src);
}

/* The head of the chain of a source and group. */
static uint32_t *
chain(const struct wire_key *k)
{
	uint32_t h = keyed_by_source ? hash_bytes(k, sizeof(*k)) :
				       hash_bytes(&k->grp, sizeof(k->grp));

	return &heads[h & (nheads - 1)];
}

static uint32_t *
chain_of(const struct entry *e)
{
	struct wire_key k = entry_key(e);

	return chain(&k);
}

static int
is_of(const struct entry *e, const struct addr *src, const struct addr *grp)
{
	return e->flags & ENTRY_USED && addr_cmp(&e->grp, grp) == 0 &&
	    (!keyed_by_source || addr_cmp(&e->src, src) == 0);
}

static uint32_t
find_in_chain(const struct addr *src, const struct addr *grp)
{
	struct wire_key k = { *src, *grp };
	const struct entry *e;
	uint32_t i;

	if (nheads == 0)
		return 0;
	for (i = *chain(&k); i != 0; i = e->next) {
		e = entry_at(i);
		if (is_of(e, src, grp))
			break;
	}
	return i;
}

uint32_t
entry_find(const struct addr *src, const struct addr *grp)
{
	static uint32_t last; /* found by the last call */
	uint32_t i;

	/* a reload often asks for entries in the order of their indices */
	if (last + 1 < pool.top && is_of(entry_at(last + 1), src, grp))
		return ++last;
	if ((i = find_in_chain(src, grp)) != 0)
		last = i;
	return i;
}

static void
link_entry(uint32_t i)
{
	uint32_t *head = chain_of(entry_at(i));

	entry_at(i)->next = *head;
	*head = i;
}

/* Makes the hash large enough for n entries.  0, or -1: no memory. */
static int
grow(uint32_t n)
{
	uint32_t i, *more, size = nheads != 0 ? nheads : 1024;

	while (size < n)
		size *= 2;
	if ((more = calloc(size, sizeof(*more))) == NULL)
		return -1;
	free(heads);
	heads = more;
	nheads = size;
	for (i = 1; i < pool.top; i++)
		if (entry_at(i)->flags & ENTRY_USED)
			link_entry(i);
	return 0;
}

static uint32_t
make_entry(const struct addr *src, const struct addr *grp)
{
	struct entry *e;
	uint32_t i;

	if ((pool.count >= nheads && grow(2 * pool.count) == -1) ||
	    (i = pool_get(&pool)) == 0)
		return 0;
	if (table != NULL)
		table->top = pool.top;
	e = entry_at(i);
	e->src = *src;
	e->grp = *grp;
	e->want_iif = e->have_iif = e->iif = NOSLOT;
	e->flags = ENTRY_USED;
	link_entry(i);
	return i;
}

uint32_t
entry_get(const struct addr *src, const struct addr *grp)
{
	uint32_t i = entry_find(src, grp);

	return i != 0 ? i : make_entry(src, grp);
}

static void
make_key(struct wire_key *k, const struct addr *grp)
{
	struct prefix any;

	prefix_any(&any, addr_af(grp));
	k->src = any.a;
	k->grp = *grp;
}

uint32_t
entry_next_resident(const struct addr *grp, uint32_t i)
{
	struct wire_key k;

	if (nheads == 0)
		return 0;
	make_key(&k, grp);
	for (i = i != 0 ? entry_at(i)->next : *chain(&k); i != 0;
	     i = entry_at(i)->next)
		if (is_of(entry_at(i), &k.src, grp))
			break;
	return i;
}

uint32_t
entry_find_resident(const struct addr *grp, uint8_t slot)
{
	uint32_t i = 0;

	while (
	    (i = entry_next_resident(grp, i)) != 0 && entry_at(i)->iif != slot)
		;
	return i;
}

uint32_t
entry_get_resident(const struct addr *grp, uint8_t slot)
{
	struct wire_key k;
	uint32_t i;

	if ((i = entry_find_resident(grp, slot)) != 0)
		return i;
	make_key(&k, grp);
	if ((i = make_entry(&k.src, grp)) != 0)
		entry_at(i)->iif = slot;
	return i;
}

void
entry_release(uint32_t i)
{
	struct entry *e = entry_at(i);
	uint32_t *link;

	if (e->kind != ENTRY_NONE || e->have_iif != NOSLOT ||
	    e->unanswered != 0 || e->flags & (ENTRY_ANSWER | ENTRY_WORK))
		return;
	for (link = chain_of(e); *link != i; link = &entry_at(*link)->next)
		;
	*link = e->next;
	pool_put(&pool, i);
}

/* Adds to the counts of the slots that the entry in the kernel names. */
static void
count_named(const struct entry *e, int by)
{
	uint32_t mask = e->have_oifs;
	int s, v6 = entry_is_v6(e);

	if (e->have_iif == NOSLOT)
		return;
	for (mask |= 1U << e->have_iif; mask != 0; mask &= mask - 1) {
		s = ffs(mask) - 1;
		slots[s].named[v6] += by;
	}
}

void
entry_set_have(struct entry *e, uint8_t iif, uint32_t oifs)
{
	count_named(e, -1);
	e->have_iif = iif;
	e->have_oifs = oifs;
	count_named(e, 1);
}

/* 1 when the slot is bound: the parent takes verbs for its entries. */
static int
is_bound(uint8_t slot, int v6)
{
	return slot < MAXVIF && slots[slot].state[v6] == SLOT_BOUND;
}

/* 1 when the kernel may have this entry and the parent would take verbs for it.
 * The engine that wrote the memory may have damaged it. */
static int
is_sound(const struct entry *e)
{
	int v6 = entry_is_v6(e);

	if (!(e->flags & ENTRY_USED) || !slots_family(v6) ||
	    !addr_is_multicast(&e->grp) || addr_is_multicast(&e->src) ||
	    addr_af(&e->src) != addr_af(&e->grp))
		return 0;
	if (entry_is_resident(e))
		return is_bound(e->iif, v6) &&
		    entry_find_resident(&e->grp, e->iif) == 0;
	return (is_bound(e->have_iif, v6) || e->unanswered != 0 ||
		   e->flags & ENTRY_REWRITE) &&
	    find_in_chain(&e->src, &e->grp) == 0;
}

/* The slots that are bound: the parent takes entries that name them. */
static uint32_t
bound_slots(int v6)
{
	uint32_t mask = 0;
	int s;

	for (s = 0; s < MAXVIF; s++)
		if (is_bound(s, v6))
			mask |= 1U << s;
	return mask;
}

/* Takes one entry over.  A slot stands for the same interface in both engines,
 * so have_iif and have_oifs still say what the kernel has. */
static void
inherit_entry(uint32_t i, const uint32_t bound[2])
{
	struct entry *e = entry_at(i);
	int v6 = entry_is_v6(e), flow;
	uint8_t iif = is_bound(e->have_iif, v6) ? e->have_iif : NOSLOT;
	uint32_t oifs = iif != NOSLOT ? e->have_oifs & bound[v6] : 0;

	if (!is_sound(e)) {
		pool_put(&pool, i);
		return;
	}
	if (e->unanswered != 0 || e->have_iif != iif || e->have_oifs != oifs)
		e->flags |= ENTRY_REWRITE;
	flow = e->kind == ENTRY_FLOW || e->flags & ENTRY_FOUND;
	e->flags =
	    ENTRY_USED | (flow ? ENTRY_FOUND : 0) | (e->flags & ENTRY_REWRITE);
	entries_order();
	e->have_iif = iif;
	e->have_oifs = oifs;
	e->unanswered = 0;
	if (!entry_is_resident(e))
		e->iif = iif;
	e->kind = ENTRY_NONE;
	e->part = e->want_oifs = 0;
	e->want_iif = NOSLOT;
	count_named(e, 1);
	link_entry(i);
}

uint32_t
entries_inherit(void)
{
	uint32_t i, top = table != NULL ? table->top : 0;
	uint32_t bound[2] = { bound_slots(0), bound_slots(1) };
	int s;

	if (top <= 1 || top > (table_len - TABLE_OFFSET) / sizeof(struct entry))
		return 0;
	own_table();
	if (grow(top) == -1 ||
	    pool_init_at(&pool, sizeof(struct entry), first_entry(),
		table_len - TABLE_OFFSET, top) == -1) {
		start_empty();
		return 0;
	}
	for (i = 1; i < top; i++)
		inherit_entry(i, bound);
	for (s = 0; s < MAXVIF; s++)
		slots[s].ttl = table->ttl[s];
	return pool.count;
}
