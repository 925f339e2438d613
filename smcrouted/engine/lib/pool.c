/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A pool of objects of one size; see pool.h.
 */
#include <stdlib.h>
#include <string.h>

#include "pool.h"

void
pool_init(struct pool *p, size_t size)
{
	memset(p, 0, sizeof(*p));
	p->size = size;
	p->top = 1;
}

void
pool_clear(struct pool *p)
{
	uint32_t i;

	for (i = 0; i < p->nchunks && p->memory == NULL; i++)
		free(p->chunks[i]);
	free(p->chunks);
	pool_init(p, p->size);
}

static int
pool_grow(struct pool *p)
{
	unsigned char **chunks;
	size_t len = POOL_CHUNK * p->size;

	if (p->memory != NULL && p->nchunks == p->max)
		return -1;
	chunks = reallocarray(p->chunks, p->nchunks + 1, sizeof(*chunks));
	if (chunks == NULL)
		return -1;
	p->chunks = chunks;
	chunks[p->nchunks] =
	    p->memory != NULL ? p->memory + p->nchunks * len : malloc(len);
	if (chunks[p->nchunks] == NULL)
		return -1;
	/* -Wanalyzer-malloc-leak: wrong, chunks[] owns the memory */
	p->nchunks++;
	return 0;
}

int
pool_init_at(struct pool *p, size_t size, void *memory, size_t len,
    uint32_t top)
{
	pool_init(p, size);
	p->memory = memory;
	p->max = len / (POOL_CHUNK * size);
	while (top > p->nchunks * POOL_CHUNK)
		if (pool_grow(p) == -1)
			return -1;
	if (top > 0) {
		p->top = top;
		p->count = top - 1;
	}
	return 0;
}

uint32_t
pool_get(struct pool *p)
{
	uint32_t i = p->free;

	if (i != 0)
		memcpy(&p->free, pool_at(p, i), sizeof(p->free));
	else {
		if (p->top / POOL_CHUNK >= p->nchunks && pool_grow(p) == -1)
			return 0;
		i = p->top++;
	}
	memset(pool_at(p, i), 0, p->size);
	p->count++;
	return i;
}

void
pool_put(struct pool *p, uint32_t i)
{
	unsigned char *o = pool_at(p, i);

	memset(o, 0, p->size);
	memcpy(o, &p->free, sizeof(p->free));
	p->free = i;
	p->count--;
}
