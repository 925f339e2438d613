/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Counters of MFC entries, for the rows of shows.
 */
#include <stdlib.h>
#include <string.h>

#include "counts.h"

#define AHEAD	 32  /* rows whose counters are asked for together */
#define SEARCHED 256 /* places where they are looked for */

/* Above this number of entries the kernel is not asked for all counters at
 * once.  The time for that grows with the square of the number.  It is 10 ms
 * for this number, and in that time no upcall is answered. */
#define LISTED 20000

static void answered(struct counters *);

/* Counters of the next rows, in the order of the rows. */
static struct counters question = { .answered = answered };
static uint32_t places[AHEAD]; /* of the rows */
static uint32_t end;	       /* the first place that has not been looked at */
static uint32_t next;	       /* index of the next row's counters */
static uint32_t asker;	       /* client whose show has asked */
static int asking;	       /* counters_ask() is running */
static void (*resume)(uint32_t);

/* Counters of resident entries, sorted. */
static struct listed {
	struct addr grp;
	uint32_t ifindex;
	struct kernel_count n;
} * listed;
static size_t nlisted;

void
counts_init(void (*f)(uint32_t))
{
	resume = f;
}

static void
answered(struct counters *c)
{
	(void)c;
	if (!asking)
		resume(asker);
}

int
counts_ready(uint32_t client, uint32_t place, uint32_t top, counts_key_fn *key,
    void *arg)
{
	uint32_t *n = &question.n;

	if (question.is_asked)
		return 0;
	if (client == asker && place < end)
		return 1;
	if (top > place + SEARCHED)
		top = place + SEARCHED;
	asker = client;
	next = *n = 0;
	for (end = place; end < top && *n < AHEAD; end++)
		if (key(arg, end, &question.keys[*n]))
			places[(*n)++] = end;
	if (*n == 0)
		return 1;
	asking = 1;
	counters_ask(&question);
	asking = 0;
	return !question.is_asked;
}

const struct kernel_count *
counts_of(uint32_t place, const struct wire_key *k)
{
	while (next < question.n && places[next] < place)
		next++;
	return next < question.n && places[next] == place &&
		question.found[next] &&
		memcmp(&question.keys[next], k, sizeof(*k)) == 0 ?
	    &question.counts[next] :
	    NULL;
}

void
counts_forget(uint32_t client)
{
	if (client == asker || !question.is_asked)
		end = 0;
}

int
counts_are_listed(const struct entry *e)
{
	return entry_is_resident(e) &&
	    entry_next_resident(&e->grp, entry_next_resident(&e->grp, 0)) != 0;
}

static void
list_one(const struct kernel_entry *e, void *arg)
{
	struct listed *more;

	(void)arg;
	if (e->unresolved || !addr_is_any(&e->key.src))
		return;
	if (nlisted % 1024 == 0) {
		more = reallocarray(listed, nlisted + 1024, sizeof(*listed));
		if (more == NULL)
			return;
		listed = more;
	}
	listed[nlisted].grp = e->key.grp;
	listed[nlisted].ifindex = e->iif;
	listed[nlisted++].n = e->count;
}

static int
compare(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int order = addr_cmp(&x->grp, &y->grp);

	return order != 0	    ? order :
	    x->ifindex < y->ifindex ? -1 :
				      x->ifindex != y->ifindex;
}

const struct kernel_count *
counts_listed(const struct entry *e)
{
	struct listed *l,
	    key = { .grp = e->grp, .ifindex = slots[e->have_iif].ifindex };

	if (entries_count() > LISTED)
		return NULL;
	if (listed == NULL) {
		(void)kernel_state_dump(0, list_one, NULL);
		(void)kernel_state_dump(1, list_one, NULL);
		qsort(listed, nlisted, sizeof(*listed), compare);
	}
	l = bsearch(&key, listed, nlisted, sizeof(key), compare);
	return l != NULL ? &l->n : NULL;
}

void
counts_forget_list(void)
{
	free(listed);
	listed = NULL;
	nlisted = 0;
}
