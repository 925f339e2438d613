/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Groups to join, as they are configured.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/lib/hash.h"
#include "mgroups.h"
#include "names.h"

#define HEADS_MIN 16

static struct mgroup *
at(const struct mgroups *g, uint32_t i)
{
	return pool_at(&g->pool, i);
}

void
mgroups_init(struct mgroups *g)
{
	memset(g, 0, sizeof(*g));
	pool_init(&g->pool, sizeof(struct mgroup));
}

void
mgroups_clear(struct mgroups *g)
{
	uint32_t i;

	for (i = 1; i < g->pool.top; i++)
		if (at(g, i)->iif != 0)
			pattern_unref(at(g, i)->iif);
	pool_clear(&g->pool);
	free(g->heads);
}

uint32_t
mgroups_top(const struct mgroups *g)
{
	return g->pool.top;
}

const struct mgroup *
mgroups_at(const struct mgroups *g, uint32_t i)
{
	return at(g, i)->iif != 0 ? at(g, i) : NULL;
}

static int
same_prefix(const struct prefix *a, const struct prefix *b)
{
	return a->len == b->len && addr_cmp(&a->a, &b->a) == 0;
}

static uint32_t *
head_of(const struct mgroups *g, uint32_t iif, const struct prefix *src,
    const struct prefix *grp)
{
	struct {
		struct addr src, grp;
		uint32_t iif, slen, glen;
	} k;

	memset(&k, 0, sizeof(k));
	k.src = src->a;
	k.grp = grp->a;
	k.iif = iif;
	k.slen = src->len;
	k.glen = grp->len;
	return &g->heads[hash_bytes(&k, sizeof(k)) & (g->nheads - 1)];
}

uint32_t
mgroups_find(const struct mgroups *g, uint32_t iif, const struct prefix *src,
    const struct prefix *grp)
{
	const struct mgroup *m;
	uint32_t i;

	if (g->nheads == 0)
		return 0;
	for (i = *head_of(g, iif, src, grp); i != 0; i = m->next) {
		m = at(g, i);
		if (m->iif == iif && same_prefix(&m->src, src) &&
		    same_prefix(&m->grp, grp))
			break;
	}
	return i;
}

static void
insert(struct mgroups *g, uint32_t i)
{
	struct mgroup *m = at(g, i);
	uint32_t *head = head_of(g, m->iif, &m->src, &m->grp);

	m->next = *head;
	*head = i;
}

/* Doubles the hash table.  0, or -1: no memory, nothing has changed. */
static int
grow(struct mgroups *g)
{
	uint32_t *heads, i, n = g->nheads == 0 ? HEADS_MIN : 2 * g->nheads;

	if ((heads = calloc(n, sizeof(*heads))) == NULL)
		return -1;
	free(g->heads);
	g->heads = heads;
	g->nheads = n;
	for (i = 1; i < g->pool.top; i++)
		if (at(g, i)->iif != 0)
			insert(g, i);
	return 0;
}

int
mgroups_add(struct mgroups *g, uint32_t iif, const struct prefix *src,
    const struct prefix *grp)
{
	struct mgroup *m;
	uint32_t i;

	if (mgroups_find(g, iif, src, grp) != 0)
		return 0;
	if (g->pool.count >= g->nheads && grow(g) == -1)
		return -1;
	if ((i = pool_get(&g->pool)) == 0)
		return -1;
	m = at(g, i);
	m->iif = iif;
	m->src = *src;
	m->grp = *grp;
	pattern_ref(iif);
	insert(g, i);
	g->slens[src->len]++;
	g->glens[grp->len]++;
	return 0;
}

void
mgroups_remove(struct mgroups *g, uint32_t i)
{
	struct mgroup *m = at(g, i);
	uint32_t *p = head_of(g, m->iif, &m->src, &m->grp);

	while (*p != i)
		p = &at(g, *p)->next;
	*p = m->next;
	g->slens[m->src.len]--;
	g->glens[m->grp.len]--;
	pattern_unref(m->iif);
	pool_put(&g->pool, i);
}

/* Finds an mgroup of this pattern that contains these sources and groups; 0:
 * there is none.  Looks up each pair of prefix lengths in use. */
static uint32_t
find_covering(const struct mgroups *g, uint32_t iif, const struct prefix *src,
    const struct prefix *grp)
{
	struct prefix s = *src, p;
	uint32_t i;
	int slen, glen;

	for (slen = src->len; slen >= 0; slen--) {
		if (g->slens[slen] == 0)
			continue;
		s.len = slen;
		addr_mask(&s.a, slen);
		/* a group joined for all sources is another membership */
		if (prefix_is_any(&s) != prefix_is_any(src))
			break;
		p = *grp;
		for (glen = grp->len; glen >= 0; glen--) {
			if (g->glens[glen] == 0)
				continue;
			p.len = glen;
			addr_mask(&p.a, glen);
			if ((i = mgroups_find(g, iif, &s, &p)) != 0)
				return i;
		}
	}
	return 0;
}

const struct mgroup *
mgroups_covering(const struct mgroups *g, const char *iif,
    const struct prefix *src, const struct prefix *grp)
{
	const struct pattern *p;
	uint32_t n, i;

	for (n = 1; n < pattern_top(); n++) {
		p = pattern_at(n);
		if (p->refs != 0 &&
		    (strcmp(p->name, iif) == 0 || pattern_match(p, iif)) &&
		    (i = find_covering(g, n, src, grp)) != 0)
			return at(g, i);
	}
	return NULL;
}

int
mgroup_nth(const struct mgroup *m, uint64_t k, struct addr *src,
    struct addr *grp)
{
	uint64_t groups = prefix_count(&m->grp);
	uint64_t sources = prefix_is_any(&m->src) ? 1 : prefix_count(&m->src);

	if (k / groups >= sources)
		return 0;
	*src = m->src.a;
	*grp = m->grp.a;
	addr_add(src, k / groups);
	addr_add(grp, k % groups);
	return 1;
}
