/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Doubly linked lists of a pool's objects, by index.  An object that has
 * several nodes may be in several lists at once.  Index 0 ends a list.
 */
#ifndef LIST_H
#define LIST_H

#include "pool.h"

struct list_node {
	uint32_t prev, next;
};

struct list {
	const struct pool *pool;
	size_t offset; /* of the node in the object */
	uint32_t head, tail;
	uint32_t count;
};

/* The initializer of an empty list of the objects (struct type) of a pool,
 * which are linked by their field node. */
#define LIST_IN(pool_, type, node)                                             \
	{                                                                      \
		.pool = (pool_), .offset = offsetof(struct type, node)         \
	}

static inline struct list_node *
list_node(const struct list *l, uint32_t i)
{
	return (struct list_node *)((unsigned char *)pool_at(l->pool, i) +
	    l->offset);
}

static inline uint32_t
list_next(const struct list *l, uint32_t i)
{
	return list_node(l, i)->next;
}

static inline uint32_t
list_prev(const struct list *l, uint32_t i)
{
	return list_node(l, i)->prev;
}

/* Add an object at the end, or at the front.  It must not be in a list by this
 * node. */
void list_append(struct list *, uint32_t);
void list_prepend(struct list *, uint32_t);
/* Takes an object out of this list, which it must be in. */
void list_remove(struct list *, uint32_t);

#endif
