/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * MFC entries: what each should be and what the kernel has, and the work that
 * makes the second into the first.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/log.h"
#include "engine/lib/hash.h"
#include "mfc.h"
#include "engine/lib/pool.h"
#include "engine/out/verbs.h"

static struct pool pool;
static uint32_t *heads, nheads;
static uint32_t *stack, depth, stack_size; /* dirty entries, newest on top */

void
mfc_init(void)
{
	pool_init(&pool, sizeof(struct mfc));
}

struct mfc *
mfc_at(uint32_t i)
{
	return pool_at(&pool, i);
}

uint32_t
mfc_top(void)
{
	return pool.top;
}

uint32_t
mfc_count(void)
{
	return pool.count;
}

int
mfc_v6(const struct mfc *m)
{
	return addr_af(&m->grp) == AF_INET6;
}

/* src and grp stand side by side in keys and entries. */
static uint32_t *
chain(const struct wire_key *k)
{
	return &heads[hash_bytes(k, sizeof(*k)) & (nheads - 1)];
}

static uint32_t *
chain_of(const struct mfc *m)
{
	struct wire_key k = { m->src, m->grp };

	return chain(&k);
}

static int
is_of(const struct mfc *m, const struct addr *src, const struct addr *grp)
{
	return m->flags & MFC_USED && addr_cmp(&m->grp, grp) == 0 &&
	    addr_cmp(&m->src, src) == 0;
}

uint32_t
mfc_find(const struct addr *src, const struct addr *grp)
{
	static uint32_t last; /* found */
	struct wire_key k = { *src, *grp };
	const struct mfc *m;
	uint32_t i;

	/* routes are read again in the order in which they were made */
	if (last + 1 < pool.top && is_of(mfc_at(last + 1), src, grp))
		return ++last;
	if (nheads == 0)
		return 0;
	for (i = *chain(&k); i != 0; i = m->next) {
		m = mfc_at(i);
		if (is_of(m, src, grp))
			break;
	}
	if (i != 0)
		last = i;
	return i;
}

static int
grow(void)
{
	uint32_t i, *head, *old = heads, n = nheads ? 2 * nheads : 1024;

	if ((heads = calloc(n, sizeof(*heads))) == NULL) {
		heads = old;
		return -1;
	}
	free(old);
	nheads = n;
	for (i = 1; i < pool.top; i++) {
		if (!(mfc_at(i)->flags & MFC_USED))
			continue;
		head = chain_of(mfc_at(i));
		mfc_at(i)->next = *head;
		*head = i;
	}
	return 0;
}

static uint32_t
make(const struct addr *src, const struct addr *grp)
{
	struct mfc *m;
	uint32_t i, *head;

	if ((pool.count >= nheads && grow() == -1) ||
	    (i = pool_get(&pool)) == 0)
		return 0;
	m = mfc_at(i);
	m->src = *src;
	m->grp = *grp;
	m->want_iif = m->have_iif = m->iif = NOSLOT;
	m->flags = MFC_USED;
	head = chain_of(m);
	m->next = *head;
	*head = i;
	return i;
}

uint32_t
mfc_get(const struct addr *src, const struct addr *grp)
{
	uint32_t i = mfc_find(src, grp);

	return i != 0 ? i : make(src, grp);
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
mfc_next_resident(const struct addr *grp, uint32_t i)
{
	struct wire_key k;

	if (nheads == 0)
		return 0;
	make_key(&k, grp);
	for (i = i != 0 ? mfc_at(i)->next : *chain(&k); i != 0;
	     i = mfc_at(i)->next)
		if (is_of(mfc_at(i), &k.src, grp))
			break;
	return i;
}

uint32_t
mfc_find_resident(const struct addr *grp, uint8_t slot)
{
	uint32_t i = 0;

	while ((i = mfc_next_resident(grp, i)) != 0 && mfc_at(i)->iif != slot)
		;
	return i;
}

uint32_t
mfc_get_resident(const struct addr *grp, uint8_t slot)
{
	struct wire_key k;
	uint32_t i;

	if ((i = mfc_find_resident(grp, slot)) != 0)
		return i;
	make_key(&k, grp);
	if ((i = make(&k.src, grp)) != 0)
		mfc_at(i)->iif = slot;
	return i;
}

int
mfc_is_resident(const struct mfc *m)
{
	return addr_is_any(&m->src);
}

static void
release(uint32_t i)
{
	struct mfc *m = mfc_at(i);
	uint32_t *link;

	if (m->flags & (MFC_STATIC | MFC_DIRTY) || m->flow != 0 ||
	    m->have_iif != NOSLOT)
		return;
	for (link = chain_of(m); *link != i; link = &mfc_at(*link)->next)
		;
	*link = m->next;
	pool_put(&pool, i);
}

static void
count_named(const struct mfc *m, int by)
{
	uint32_t mask = m->have_oifs;
	int s, v6 = mfc_v6(m);

	if (m->have_iif == NOSLOT)
		return;
	for (mask |= 1U << m->have_iif; mask != 0; mask &= mask - 1) {
		s = ffs(mask) - 1;
		slots[s].named[v6] += by;
	}
}

static void
set_have(struct mfc *m, uint8_t iif, uint32_t oifs)
{
	count_named(m, -1);
	m->have_iif = iif;
	m->have_oifs = oifs;
	count_named(m, 1);
}

void
mfc_adopt(uint32_t i, uint8_t iif, uint32_t oifs)
{
	struct mfc *m = mfc_at(i);

	set_have(m, iif, oifs);
	m->iif = iif;
}

static void
push(uint32_t i)
{
	struct mfc *m = mfc_at(i);
	uint32_t *bigger, size;

	if (m->flags & MFC_DIRTY)
		return;
	if (depth == stack_size) {
		size = stack_size ? 2 * stack_size : 1024;
		bigger = reallocarray(stack, size, sizeof(*stack));
		if (bigger == NULL)
			fatal(EX_OSERR, "work");
		stack = bigger;
		stack_size = size;
	}
	m->flags |= MFC_DIRTY;
	stack[depth++] = i;
}

enum mfc_action
mfc_compare(const struct mfc_state *want, const struct mfc_state *have,
    int stale)
{
	if (want->iif == NOSLOT)
		return have->iif == NOSLOT && !stale ? MFC_KEEP : MFC_DELETE;
	if (want->iif != have->iif || want->oifs != have->oifs || stale)
		return MFC_INSTALL;
	return MFC_KEEP;
}

static enum mfc_action
action(const struct mfc *m)
{
	struct mfc_state want = { m->want_oifs, m->want_iif };
	struct mfc_state have = { m->have_oifs, m->have_iif };

	if (m->flags & MFC_FAILED)
		want.iif = NOSLOT;
	return mfc_compare(&want, &have, m->flags & MFC_STALE);
}

void
mfc_want(uint32_t i, uint8_t iif, uint32_t oifs)
{
	struct mfc *m = mfc_at(i);

	m->want_iif = iif;
	m->want_oifs = iif == NOSLOT ? 0 : oifs;
	m->flags &= ~MFC_FAILED;
	if (action(m) != MFC_KEEP)
		push(i);
	else
		release(i);
}

void
mfc_stale(uint32_t i)
{
	mfc_at(i)->flags |= MFC_STALE;
	push(i);
}

/*
 * If it had been told already, the packet and our entry have passed each other
 * in the kernel, where only a new entry frees queued packets.  Not twice in a
 * row: packets between the two steps are reported, too, without need.
 */
void
mfc_missing(uint32_t i)
{
	struct mfc *m = mfc_at(i);

	if (m->have_iif == NOSLOT)
		m->flags &= ~MFC_AGAIN;
	else
		m->flags ^= MFC_AGAIN;
	mfc_stale(i);
}

static void
work_on(uint32_t i)
{
	struct mfc *m = mfc_at(i);
	struct wire_mfc w;

	memset(&w, 0, sizeof(w));
	w.key.src = m->src;
	w.key.grp = m->grp;
	switch (action(m)) {
	case MFC_INSTALL:
		w.iif = m->want_iif;
		if (m->flags & MFC_STALE && m->flags & MFC_AGAIN)
			w.how = MFC_REMAKE;
		slot_ttls(m->want_oifs, w.ttls);
		/* where packets of any source come in is among their oifs */
		if (mfc_is_resident(m))
			w.ttls[w.iif] = 1;
		verbs_mfc_add(&w);
		set_have(m, m->want_iif, m->want_oifs);
		if (m->flags & MFC_TELL)
			verbs_hook(&w.key);
		break;
	case MFC_DELETE:
		w.iif = m->iif;
		w.how = MFC_UNMAKE;
		if (mfc_is_resident(m))
			verbs_mfc_add(&w);
		else
			verbs_mfc_del(&w.key);
		set_have(m, NOSLOT, 0);
		break;
	case MFC_KEEP:
		break;
	}
	m->flags &= ~(MFC_DIRTY | MFC_STALE | MFC_TELL);
	release(i);
}

int
mfc_work(void)
{
	while (depth > 0 && verbs_room())
		work_on(stack[--depth]);
	if (depth > 0)
		return 0; /* goes on with the next answer, in full messages */
	verbs_flush();
	if (stack_size > 1 << 16) { /* a load's, not needed again soon */
		free(stack);
		stack = NULL;
		stack_size = 0;
	}
	return 1;
}

/* What the kernel has now is not known, so it is made to have nothing. */
void
mfc_failed(const struct wire_key *k, uint8_t slot)
{
	uint32_t i = addr_is_any(&k->src) ? mfc_find_resident(&k->grp, slot) :
					    mfc_find(&k->src, &k->grp);

	if (i == 0)
		return;
	mfc_at(i)->flags |= MFC_FAILED | MFC_STALE;
	push(i);
}
