/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Route rules, and the index that finds the rules that cover a flow.  The index
 * is one hash table; a look-up probes it once for each pair of prefix lengths
 * that is in use on an interface.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/lib/hash.h"
#include "names.h"
#include "rules.h"

struct rule_key {
	struct addr src;
	struct addr grp;
	uint32_t iif;
	uint8_t slen;
	uint8_t glen;
	uint8_t v6;
	uint8_t pad;
};

static uint32_t serial; /* of the last rule or set of rules */

void
rules_init(struct rules *r)
{
	memset(r, 0, sizeof(*r));
	r->serial = ++serial;
	pool_init(&r->pool, sizeof(struct rule));
}

struct rule *
rules_at(const struct rules *r, uint32_t i)
{
	return pool_at(&r->pool, i);
}

uint32_t
rules_top(const struct rules *r)
{
	return r->pool.top;
}

void
rules_clear(struct rules *r)
{
	struct rule *x;
	uint32_t i;

	for (i = 1; i < r->pool.top; i++) {
		x = rules_at(r, i);
		if (!x->used)
			continue;
		pattern_unref(x->iif);
		oifset_unref(x->oifs);
	}
	for (i = 0; i < r->nshapes; i++)
		free(r->shapes[i].list);
	free(r->shapes);
	free(r->heads);
	free(r->match);
	pool_clear(&r->pool);
	rules_init(r);
}

int
rule_is_host(const struct rule *x)
{
	return x->slen == ADDR_BITS && x->glen == ADDR_BITS;
}

int
rule_covers(const struct rule *x, const struct addr *src,
    const struct addr *grp)
{
	struct prefix s = { x->src, x->slen }, g = { x->grp, x->glen };

	return x->v6 == (addr_af(grp) == AF_INET6) && prefix_match(&g, grp) &&
	    prefix_match(&s, src);
}

static void
make_key(struct rule_key *k, uint32_t iif, const struct addr *src, uint8_t slen,
    const struct addr *grp, uint8_t glen, int v6)
{
	memset(k, 0, sizeof(*k));
	k->src = *src;
	k->grp = *grp;
	addr_mask(&k->src, slen);
	addr_mask(&k->grp, glen);
	k->iif = iif;
	k->slen = slen;
	k->glen = glen;
	k->v6 = v6;
}

static uint32_t *
chain(const struct rules *r, uint32_t hash)
{
	return &r->heads[hash & (r->nheads - 1)];
}

static void
link_rule(struct rules *r, uint32_t i)
{
	uint32_t *head = chain(r, rules_at(r, i)->hash);

	rules_at(r, i)->next = *head;
	*head = i;
}

static int
is_of(const struct rule *x, const struct rule_key *k)
{
	return x->used && x->iif == k->iif && x->slen == k->slen &&
	    x->glen == k->glen && x->v6 == k->v6 &&
	    addr_cmp(&x->grp, &k->grp) == 0 && addr_cmp(&x->src, &k->src) == 0;
}

static uint32_t
probe(const struct rules *r, const struct rule_key *k, uint32_t hash)
{
	const struct rule *x;
	uint32_t i;

	if (r->nheads == 0)
		return 0;
	for (i = *chain(r, hash); i != 0; i = x->next) {
		x = rules_at(r, i);
		if (x->hash == hash && is_of(x, k))
			return i;
	}
	return 0;
}

static void
key_of(const struct rule *x, struct rule_key *k)
{
	make_key(k, x->iif, &x->src, x->slen, &x->grp, x->glen, x->v6);
}

static int
is_v6(const struct prefix *grp, const struct prefix *src)
{
	/* the group ::/0 has no family of its own; the source has one */
	return grp->len < ADDR_V4 || src->len < ADDR_V4 ||
	    addr_af(&grp->a) == AF_INET6;
}

uint32_t
rules_find(const struct rules *r, uint32_t iif, const struct prefix *src,
    const struct prefix *grp)
{
	struct rule_key k;

	make_key(&k, iif, &src->a, src->len, &grp->a, grp->len,
	    is_v6(grp, src));
	return probe(r, &k, hash_bytes(&k, sizeof(k)));
}

static int
grow_heads(struct rules *r)
{
	uint32_t i, *heads, n = r->nheads ? 2 * r->nheads : 64;

	if ((heads = calloc(n, sizeof(*heads))) == NULL)
		return -1;
	free(r->heads);
	r->heads = heads;
	r->nheads = n;
	for (i = 1; i < r->pool.top; i++)
		if (rules_at(r, i)->used)
			link_rule(r, i);
	return 0;
}

/* The index of a rule's pair of prefix lengths; s->n: it is not in use. */
static uint32_t
shape_find(const struct shapes *s, const struct rule_key *k)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		if (s->list[i].slen == k->slen && s->list[i].glen == k->glen &&
		    s->list[i].v6 == k->v6)
			break;
	return i;
}

/* Finds or adds a rule's pair of prefix lengths; NULL when memory is short. */
static struct shape *
shape_of(struct rules *r, const struct rule_key *k)
{
	struct shapes *s;
	struct shape *list;
	uint32_t i, n, *m;

	if (k->iif >= r->nshapes) {
		n = k->iif + 16;
		if ((s = reallocarray(r->shapes, n, sizeof(*s))) == NULL)
			return NULL;
		memset(s + r->nshapes, 0, (n - r->nshapes) * sizeof(*s));
		r->shapes = s;
		r->nshapes = n;
	}
	s = &r->shapes[k->iif];
	if ((i = shape_find(s, k)) < s->n)
		return &s->list[i];
	/* room for the results of a look-up, which then cannot fail: it
	 * finds at most one rule for each pair */
	if (r->npairs == r->nmatch) {
		n = r->nmatch + 64;
		if ((m = reallocarray(r->match, n, sizeof(*m))) == NULL)
			return NULL;
		r->match = m;
		r->nmatch = n;
	}
	if ((list = reallocarray(s->list, s->n + 1, sizeof(*list))) == NULL)
		return NULL;
	s->list = list;
	r->npairs++;
	if (s->n == 0)
		r->changed = 1;
	list += s->n++;
	memset(list, 0, sizeof(*list));
	list->slen = k->slen;
	list->glen = k->glen;
	list->v6 = k->v6;
	/* -Wanalyzer-malloc-leak: wrong, r->shapes owns the list */
	return list;
}

void
rule_set_oifs(struct rule *x, uint32_t oifs)
{
	if (x->oifs != 0)
		oifset_unref(x->oifs);
	x->oifs = oifs;
	x->action = oifset_at(oifs)->n == 0 ? RULE_STOP : RULE_FORWARD;
}

uint32_t
rules_add(struct rules *r, uint32_t iif, const struct prefix *src,
    const struct prefix *grp, uint32_t oifs)
{
	struct rule_key k;
	struct shape *shape;
	struct rule *x;
	uint32_t i, set, hash;

	make_key(&k, iif, &src->a, src->len, &grp->a, grp->len,
	    is_v6(grp, src));
	hash = hash_bytes(&k, sizeof(k));
	if ((i = probe(r, &k, hash)) != 0) {
		x = rules_at(r, i);
		if ((set = oifset_union(x->oifs, oifs)) == 0)
			return 0;
		oifset_unref(oifs);
		rule_set_oifs(x, set);
		return i;
	}
	if ((2 * r->pool.count >= r->nheads && grow_heads(r) == -1) ||
	    (shape = shape_of(r, &k)) == NULL || (i = pool_get(&r->pool)) == 0)
		return 0;
	shape->count++;
	x = rules_at(r, i);
	x->src = k.src;
	x->grp = k.grp;
	x->slen = k.slen;
	x->glen = k.glen;
	x->v6 = k.v6;
	x->iif = iif;
	pattern_ref(iif);
	rule_set_oifs(x, oifs);
	x->used = 1;
	x->hash = hash;
	link_rule(r, i);
	r->serial = x->serial = ++serial;
	return i;
}

void
rules_remove(struct rules *r, uint32_t i)
{
	struct rule *x = rules_at(r, i);
	struct rule_key k;
	struct shapes *s;
	struct shape *shape;
	uint32_t *link;

	key_of(x, &k);
	for (link = chain(r, x->hash); *link != i;
	     link = &rules_at(r, *link)->next)
		;
	*link = x->next;
	s = &r->shapes[x->iif];
	shape = &s->list[shape_find(s, &k)];
	if (--shape->count == 0) {
		*shape = s->list[--s->n];
		r->npairs--;
	}
	if (s->n == 0)
		r->changed = 1;
	pattern_unref(x->iif);
	oifset_unref(x->oifs);
	pool_put(&r->pool, i);
	r->serial = ++serial;
}

/* Finds a rule.  A reload looks rules up in the order in which they were added,
 * so the one after the last hit is tried first. */
static uint32_t
lookup(struct rules *r, const struct rule_key *k)
{
	uint32_t i = r->hit + 1;

	if (i >= r->pool.top || !is_of(rules_at(r, i), k))
		i = probe(r, k, hash_bytes(k, sizeof(*k)));
	if (i != 0)
		r->hit = i;
	return i;
}

uint32_t
rules_cover(struct rules *r, const uint32_t *patterns, uint32_t npatterns,
    const struct addr *src, const struct addr *grp)
{
	struct rule_key k;
	const struct shapes *s;
	uint32_t i, p, hit, n = 0;
	int v6 = addr_af(grp) == AF_INET6;

	for (p = 0; p < npatterns; p++) {
		if (patterns[p] >= r->nshapes)
			continue;
		s = &r->shapes[patterns[p]];
		for (i = 0; i < s->n; i++) {
			if (s->list[i].v6 != v6)
				continue;
			make_key(&k, patterns[p], src, s->list[i].slen, grp,
			    s->list[i].glen, v6);
			if ((hit = lookup(r, &k)) != 0)
				r->match[n++] = hit;
		}
	}
	return n;
}
