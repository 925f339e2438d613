/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Lists of a pool's objects against arrays: objects that are in two lists at
 * once, and move between lists of one node.
 */
#include <string.h>

#include "engine/lib/list.h"
#include "check.h"
#include "rnd.h"

#define NOBJECTS 300
#define NLISTS	 3

struct object {
	uint32_t id;
	struct list_node one, two;
};

static struct pool pool = { .size = sizeof(struct object), .top = 1 };
static struct list lists[NLISTS] = {
	LIST_IN(&pool, object, one),
	LIST_IN(&pool, object, one),
	LIST_IN(&pool, object, two),
};
static struct model {
	uint32_t n, at[NOBJECTS];
} models[NLISTS];

static void
model_insert(struct model *m, uint32_t where, uint32_t i)
{
	memmove(&m->at[where + 1], &m->at[where],
	    (m->n - where) * sizeof(m->at[0]));
	m->at[where] = i;
	m->n++;
}

static int
model_remove(struct model *m, uint32_t i)
{
	uint32_t k;

	for (k = 0; k < m->n && m->at[k] != i; k++)
		;
	if (k == m->n)
		return 0;
	memmove(&m->at[k], &m->at[k + 1], (m->n - k - 1) * sizeof(m->at[0]));
	m->n--;
	return 1;
}

static void
agree(const struct list *l, const struct model *m)
{
	uint32_t i, k;

	CHECK(l->count == m->n);
	for (k = 0, i = l->head; i != 0 && k < m->n; i = list_next(l, i))
		CHECK(m->at[k++] == i);
	CHECK(i == 0 && k == m->n);
	for (i = l->tail; i != 0 && k > 0; i = list_prev(l, i))
		CHECK(m->at[--k] == i);
	CHECK(i == 0 && k == 0);
}

int
main(void)
{
	uint32_t i, n, round, which;

	for (n = 1; n <= NOBJECTS; n++)
		CHECK(pool_get(&pool) == n);
	for (round = 0; round < 20000; round++) {
		i = 1 + rnd(NOBJECTS);
		which = rnd(NLISTS);
		/* takes it out of the list that has it by that node */
		for (n = 0; n < NLISTS; n++)
			if ((n == 2) == (which == 2) &&
			    model_remove(&models[n], i))
				list_remove(&lists[n], i);
		if (rnd(4) == 0)
			continue;
		if (rnd(2) == 0) {
			list_append(&lists[which], i);
			model_insert(&models[which], models[which].n, i);
		} else {
			list_prepend(&lists[which], i);
			model_insert(&models[which], 0, i);
		}
		if (round % 100 == 0)
			for (n = 0; n < NLISTS; n++)
				agree(&lists[n], &models[n]);
	}
	pool_clear(&pool);
	return check_end();
}
