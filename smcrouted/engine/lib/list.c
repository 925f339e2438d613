/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Doubly linked lists of a pool's objects, by index.
 */
#include "list.h"

/* Puts an object between two neighbours, of which either may be 0. */
static void
insert(struct list *l, uint32_t i, uint32_t prev, uint32_t next)
{
	struct list_node *n = list_node(l, i);

	n->prev = prev;
	n->next = next;
	if (prev != 0)
		list_node(l, prev)->next = i;
	else
		l->head = i;
	if (next != 0)
		list_node(l, next)->prev = i;
	else
		l->tail = i;
	l->count++;
}

void
list_append(struct list *l, uint32_t i)
{
	insert(l, i, l->tail, 0);
}

void
list_prepend(struct list *l, uint32_t i)
{
	insert(l, i, 0, l->head);
}

void
list_remove(struct list *l, uint32_t i)
{
	const struct list_node n = *list_node(l, i);

	if (n.prev != 0)
		list_node(l, n.prev)->next = n.next;
	else
		l->head = n.next;
	if (n.next != 0)
		list_node(l, n.next)->prev = n.prev;
	else
		l->tail = n.prev;
	l->count--;
}
