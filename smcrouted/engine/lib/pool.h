/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A pool of objects of one size, which are named by a 32-bit index.  An index
 * is half as large as a pointer and stays valid while the pool grows, and
 * growing copies no object.  Index 0 means "no object".
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
	uint32_t top;	/* one more than the largest index ever given out */
	uint32_t free;	/* index of the first free object, 0: none */
	uint32_t count; /* objects in use */
	unsigned char *memory; /* of pool_init_at(), or NULL */
	uint32_t max;	       /* chunks that fit into it */
};

void pool_init(struct pool *, size_t size);
/* The same in the caller's memory of len bytes.  top: objects with an index
 * below it (0: none) are there already, and in use.  0, or -1: these do not
 * fit, or memory is short. */
int pool_init_at(struct pool *, size_t size, void *memory, size_t len,
    uint32_t top);
/* Frees all objects. */
void pool_clear(struct pool *);
/* Returns the index of a zeroed object, or 0 when memory is short. */
uint32_t pool_get(struct pool *);
/* Frees an object.  Its first four bytes link it to other free ones; the rest
 * is zeroed. */
void pool_put(struct pool *, uint32_t);

static inline void *
pool_at(const struct pool *p, uint32_t i)
{
	return p->chunks[i / POOL_CHUNK] + i % POOL_CHUNK * p->size;
}

#endif
