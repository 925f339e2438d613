/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Interface patterns and sets of them; see names.h.  There are few different
 * ones, however many rules there are.
 */
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "engine/lib/pool.h"

#define NHASH 1024

static struct pool patterns = { .size = sizeof(struct pattern), .top = 1 };
static struct pool oifsets = { .size = sizeof(struct oifset), .top = 1 };
static uint32_t pattern_heads[NHASH], oifset_heads[NHASH];
static uint32_t freed;

struct pattern *
pattern_at(uint32_t i)
{
	return pool_at(&patterns, i);
}

uint32_t
pattern_freed(void)
{
	return freed;
}

uint32_t
pattern_top(void)
{
	return patterns.top;
}

struct oifset *
oifset_at(uint32_t i)
{
	return pool_at(&oifsets, i);
}

uint32_t
oifset_top(void)
{
	return oifsets.top;
}

/* FNV-1a.  No key is needed: only root chooses interface names. */
static uint32_t
fnv(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t h = 2166136261;

	while (len-- > 0)
		h = (h ^ *p++) * 16777619;
	return h;
}

static uint32_t *
pattern_head(const char *name)
{
	return &pattern_heads[fnv(name, strlen(name)) % NHASH];
}

uint32_t
pattern_find(const char *name)
{
	uint32_t i;

	for (i = *pattern_head(name); i != 0; i = pattern_at(i)->next)
		if (strcmp(pattern_at(i)->name, name) == 0)
			break;
	return i;
}

uint32_t
pattern_get(const char *name)
{
	struct pattern *p;
	uint32_t i, *head;
	size_t len = strlen(name);

	if ((i = pattern_find(name)) != 0) {
		pattern_ref(i);
		return i;
	}
	if (len == 0 || len >= IFPAT_SIZE || (i = pool_get(&patterns)) == 0)
		return 0;
	p = pattern_at(i);
	memcpy(p->name, name, len + 1);
	p->wild = name[len - 1] == '+' ? len : 0;
	p->refs = 1;
	head = pattern_head(name);
	p->next = *head;
	*head = i;
	return i;
}

void
pattern_ref(uint32_t i)
{
	pattern_at(i)->refs++;
}

void
pattern_unref(uint32_t i)
{
	struct pattern *p = pattern_at(i);
	uint32_t *link;

	if (--p->refs > 0)
		return;
	for (link = pattern_head(p->name); *link != i;
	     link = &pattern_at(*link)->next)
		;
	*link = p->next;
	pool_put(&patterns, i);
	freed++;
}

int
pattern_match(const struct pattern *p, const char *ifname)
{
	if (p->wild)
		return strncmp(p->name, ifname, p->wild - 1) == 0;
	return strcmp(p->name, ifname) == 0;
}

static uint32_t *
oifset_head(const uint32_t *list, size_t n)
{
	return &oifset_heads[fnv(list, n * sizeof(*list)) % NHASH];
}

/* Finds or makes the set with exactly this sorted list.  The set takes over the
 * references that the list holds. */
static uint32_t
oifset_make(const uint32_t *list, size_t n)
{
	struct oifset *s;
	uint32_t i, *head = oifset_head(list, n);
	size_t k;

	for (i = *head; i != 0; i = s->next) {
		s = oifset_at(i);
		if (s->n != n ||
		    (n > 0 &&
			memcmp(s->patterns, list, n * sizeof(*list)) != 0))
			continue;
		s->refs++;
		for (k = 0; k < n; k++)
			pattern_unref(list[k]);
		return i;
	}
	if ((i = pool_get(&oifsets)) != 0) {
		s = oifset_at(i);
		s->patterns = calloc(n > 0 ? n : 1, sizeof(*list));
		if (s->patterns != NULL) {
			memcpy(s->patterns, list, n * sizeof(*list));
			s->n = n;
			for (k = 0; k < n; k++)
				pattern_at(list[k])->nsets++;
			s->refs = 1;
			s->next = *head;
			*head = i;
			oifset_resolve(s);
			return i;
		}
		pool_put(&oifsets, i);
	}
	for (k = 0; k < n; k++)
		pattern_unref(list[k]);
	return 0;
}

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Makes the set of a list, which is sorted and cleared of repetitions first. */
static uint32_t
oifset_from(uint32_t *list, size_t n)
{
	size_t i, k = 0;

	if (n > 1)
		qsort(list, n, sizeof(*list), compare);
	for (i = 0; i < n; i++)
		if (k > 0 && list[k - 1] == list[i])
			pattern_unref(list[i]);
		else
			list[k++] = list[i];
	return oifset_make(list, k);
}

uint32_t
oifset_get(const char **names, size_t n)
{
	uint32_t set = 0, few[8], *list = few;
	size_t i;

	if (n > sizeof(few) / sizeof(few[0]) &&
	    (list = calloc(n, sizeof(*list))) == NULL)
		return 0;
	for (i = 0; i < n; i++)
		if ((list[i] = pattern_get(names[i])) == 0)
			break;
	if (i == n)
		set = oifset_from(list, n);
	else
		while (i-- > 0)
			pattern_unref(list[i]);
	if (list != few)
		free(list);
	return set;
}

static int
oifset_has(const struct oifset *s, uint32_t pattern)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		if (s->patterns[i] == pattern)
			return 1;
	return 0;
}

/* The set of all patterns of a and b; with minus, of those of a that are not in
 * b. */
static uint32_t
combine(uint32_t a, uint32_t b, int minus)
{
	struct oifset *x = oifset_at(a), *y = oifset_at(b);
	uint32_t i, n = 0, set, *list;

	if ((list = calloc(x->n + y->n + 1, sizeof(*list))) == NULL)
		return 0;
	for (i = 0; i < x->n; i++)
		if (!minus || !oifset_has(y, x->patterns[i]))
			list[n++] = x->patterns[i];
	for (i = 0; i < y->n && !minus; i++)
		list[n++] = y->patterns[i];
	for (i = 0; i < n; i++)
		pattern_ref(list[i]);
	set = oifset_from(list, n);
	free(list);
	return set;
}

uint32_t
oifset_union(uint32_t a, uint32_t b)
{
	if (a == b) {
		oifset_ref(a);
		return a;
	}
	return combine(a, b, 0);
}

uint32_t
oifset_minus(uint32_t a, uint32_t b)
{
	return combine(a, b, 1);
}

void
oifset_ref(uint32_t i)
{
	oifset_at(i)->refs++;
}

void
oifset_unref(uint32_t i)
{
	struct oifset *s = oifset_at(i);
	uint32_t k, *link;

	if (--s->refs > 0)
		return;
	for (link = oifset_head(s->patterns, s->n); *link != i;
	     link = &oifset_at(*link)->next)
		;
	*link = s->next;
	for (k = 0; k < s->n; k++) {
		if (--pattern_at(s->patterns[k])->nsets == 0)
			freed++;
		pattern_unref(s->patterns[k]);
	}
	free(s->patterns);
	pool_put(&oifsets, i);
}

void
oifset_resolve(struct oifset *s)
{
	struct pattern *p;
	uint32_t i;
	int v6;

	for (v6 = 0; v6 <= 1; v6++) {
		s->named[v6] = s->wild[v6] = 0;
		for (i = 0; i < s->n; i++) {
			p = pattern_at(s->patterns[i]);
			if (p->wild)
				s->wild[v6] |= p->slots[v6];
			else
				s->named[v6] |= p->slots[v6];
		}
	}
}

void
oifset_resolve_all(void)
{
	uint32_t i;

	for (i = 1; i < oifsets.top; i++)
		if (oifset_at(i)->refs > 0)
			oifset_resolve(oifset_at(i));
}

uint32_t
oifset_slots(uint32_t set, int v6, int iif)
{
	const struct oifset *s = oifset_at(set);

	return s->named[v6] | (s->wild[v6] & ~(1U << iif));
}
