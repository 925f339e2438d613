/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Objects of one size by 32-bit index: half a pointer, stable, and no copy of
 * all when they grow.  Index 0 is none.
 */
#ifndef POOL_H
#define POOL_H

#include <stddef.h>
#include <stdint.h>

#define POOL_CHUNK 1024 /* objects allocated at a time */

struct pool {
	size_t size; /* of an object; at least 4 */
	unsigned char **chunks;
	uint32_t nchunks;
	uint32_t top;  /* indices below it were given out at some time */
	uint32_t free; /* first of those given back */
	uint32_t count;
	unsigned char *memory; /* of pool_init_at(), or NULL */
	uint32_t max;	       /* chunks that fit into it */
};

void pool_init(struct pool *, size_t size);
/* The same in memory of the caller's, of len bytes.  top: the objects below it
 * (0: none) are there already, all of them given out.  0, or -1: that is more
 * than fits, or memory is short. */
int pool_init_at(struct pool *, size_t size, void *memory, size_t len,
    uint32_t top);
void pool_clear(struct pool *);
/* A zeroed object, or 0 when memory is short. */
uint32_t pool_get(struct pool *);
/* The object's first four bytes are overwritten; the rest is zeroed. */
void pool_put(struct pool *, uint32_t);

static inline void *
pool_at(const struct pool *p, uint32_t i)
{
	return p->chunks[i / POOL_CHUNK] + i % POOL_CHUNK * p->size;
}

#endif
