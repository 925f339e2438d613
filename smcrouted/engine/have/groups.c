/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Group memberships: which there should be, and whether the kernel has them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/log.h"
#include "engine/lang/conf.h"
#include "engine/sys/group_sock.h"
#include "groups.h"
#include "engine/lib/hash.h"
#include "engine/lib/pool.h"

#define HASH_MIN 1024

/* Each is a list; leaving ones are joined still. */
enum member_state { FREE, WAITING, REFUSED, JOINED, LEAVING, STATES };

struct member {
	struct membership m; /* its first bytes are the pool's when free */
	uint32_t chain;	     /* of the hash */
	uint32_t prev, next; /* of its list */
	uint32_t sock;
	uint32_t round; /* the last that wanted it */
	uint8_t state;
	uint8_t told; /* its refusal is in the log */
};

struct list {
	uint32_t head, tail;
	uint32_t count;
};

static struct pool members = { .size = sizeof(struct member), .top = 1 };
static struct list lists[STATES];
static uint32_t *heads, nheads;
static uint32_t limit = CONF_GROUPS;
static int last_error;		     /* of a refusal */
static uint32_t this_round, nwanted; /* in this round */
static void (*on_refusal)(const struct membership *, int);

/* Refusals of one kind in a row make one line. */
static struct {
	struct membership first;
	uint32_t count;
	int error;
} refusals;

static struct member *
member_at(uint32_t i)
{
	return pool_at(&members, i);
}

static void
refusals_flush(void)
{
	const struct membership *m = &refusals.first;
	char grp[ADDRSTRLEN], src[ADDRSTRLEN], more[32] = "";

	if (refusals.count == 0)
		return;
	if (refusals.count > 1)
		snprintf(more, sizeof(more), " and %u more",
		    refusals.count - 1);
	addr_print(&m->grp, grp);
	addr_print(&m->src, src);
	errno = last_error = refusals.error;
	if (addr_is_any(&m->src))
		log_warn("interface %u: cannot join %s%s", m->ifindex, grp,
		    more);
	else
		log_warn("interface %u: cannot join %s from %s%s", m->ifindex,
		    grp, src, more);
	refusals.count = 0;
}

static void
refusals_note(const struct membership *m, int error)
{
	if (error != refusals.error || m->ifindex != refusals.first.ifindex)
		refusals_flush();
	if (refusals.count++ > 0)
		return;
	refusals.first = *m;
	refusals.error = error;
}

static uint32_t *
hash_head(const struct membership *m)
{
	return &heads[hash_bytes(m, sizeof(*m)) & (nheads - 1)];
}

static void
hash_insert(uint32_t i)
{
	uint32_t *head = hash_head(&member_at(i)->m);

	member_at(i)->chain = *head;
	*head = i;
}

static void
hash_remove(uint32_t i)
{
	uint32_t *p = hash_head(&member_at(i)->m);

	while (*p != i)
		p = &member_at(*p)->chain;
	*p = member_at(i)->chain;
}

/* 0, or -1: no memory, and what is there stays. */
static int
hash_grow(void)
{
	uint32_t *new, i, n = nheads == 0 ? HASH_MIN : nheads * 2;
	int state;

	if ((new = calloc(n, sizeof(*new))) == NULL)
		return -1;
	free(heads);
	heads = new;
	nheads = n;
	for (state = FREE + 1; state < STATES; state++)
		for (i = lists[state].head; i != 0; i = member_at(i)->next)
			hash_insert(i);
	return 0;
}

static void
list_append(uint32_t i, enum member_state state)
{
	struct member *e = member_at(i);
	struct list *l = &lists[state];

	e->state = state;
	e->prev = l->tail;
	e->next = 0;
	if (l->tail != 0)
		member_at(l->tail)->next = i;
	else
		l->head = i;
	l->tail = i;
	l->count++;
}

static void
list_remove(uint32_t i)
{
	struct member *e = member_at(i);
	struct list *l = &lists[e->state];

	if (e->prev != 0)
		member_at(e->prev)->next = e->next;
	else
		l->head = e->next;
	if (e->next != 0)
		member_at(e->next)->prev = e->prev;
	else
		l->tail = e->prev;
	l->count--;
}

static void
member_move(uint32_t i, enum member_state state)
{
	list_remove(i);
	list_append(i, state);
}

static uint32_t
member_find(const struct membership *m)
{
	uint32_t i;

	if (nheads == 0)
		return 0;
	for (i = *hash_head(m); i != 0; i = member_at(i)->chain)
		if (memcmp(&member_at(i)->m, m, sizeof(*m)) == 0)
			break;
	return i;
}

/* 0: no memory. */
static uint32_t
member_new(const struct membership *m)
{
	struct member *e;
	uint32_t i;

	if (members.count >= nheads && hash_grow() == -1 && nheads == 0)
		return 0;
	if ((i = pool_get(&members)) == 0)
		return 0;
	e = member_at(i);
	e->m = *m;
	e->round = this_round - 1;
	hash_insert(i);
	list_append(i, WAITING);
	return i;
}

/* Found or made, and wanted in this round.  0: too many, or no memory. */
static uint32_t
member_want(const struct membership *m)
{
	uint32_t i = member_find(m);

	if (i != 0 && member_at(i)->round == this_round)
		return i;
	/* those that are only there to be left do not count */
	if (nwanted >= limit)
		return 0;
	if (i == 0 && (i = member_new(m)) == 0)
		return 0;
	member_at(i)->round = this_round;
	nwanted++;
	if (member_at(i)->state == LEAVING)
		member_move(i, JOINED);
	return i;
}

static void
member_free(uint32_t i)
{
	if (member_at(i)->round == this_round)
		nwanted--;
	hash_remove(i);
	list_remove(i);
	pool_put(&members, i);
}

static void
member_join(uint32_t i)
{
	struct member *e = member_at(i);
	int error;

	if ((e->sock = group_sock_join(&e->m)) != 0) {
		e->told = 0;
		member_move(i, JOINED);
		return;
	}
	error = errno;
	member_move(i, REFUSED);
	if (error == ENXIO)
		return; /* we shall be told of it */
	if (!e->told)
		refusals_note(&e->m, error);
	e->told = 1;
	if (on_refusal != NULL)
		on_refusal(&e->m, error);
}

static void
member_leave(uint32_t i)
{
	group_sock_leave(member_at(i)->sock, &member_at(i)->m);
	member_free(i);
}

void
groups_init(void (*refusal)(const struct membership *, int))
{
	on_refusal = refusal;
}

void
groups_limit(uint32_t n)
{
	limit = n;
}

void
groups_begin(void)
{
	this_round++;
	nwanted = 0;
}

int
groups_want(const struct membership *m)
{
	return member_want(m) == 0 ? -1 : 0;
}

void
groups_end(void)
{
	uint32_t i, next;

	for (i = lists[WAITING].head; i != 0; i = next) {
		next = member_at(i)->next;
		if (member_at(i)->round != this_round)
			member_free(i);
	}
	for (i = lists[REFUSED].head; i != 0; i = next) {
		next = member_at(i)->next;
		if (member_at(i)->round != this_round)
			member_free(i);
		else
			member_move(i, WAITING);
	}
	for (i = lists[JOINED].tail; i != 0; i = next) {
		next = member_at(i)->prev;
		if (member_at(i)->round != this_round)
			member_move(i, LEAVING);
	}
}

int
groups_add(const struct membership *m)
{
	uint32_t i = member_want(m);

	if (i == 0)
		return -1;
	if (member_at(i)->state == REFUSED)
		member_move(i, WAITING);
	return 0;
}

static uint64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * UINT64_C(1000000) + ts.tv_nsec / 1000;
}

int
groups_work(void)
{
	uint64_t end = now() + GROUPS_SLICE;

	do {
		if (lists[LEAVING].head != 0)
			member_leave(lists[LEAVING].head);
		else if (lists[WAITING].head != 0)
			member_join(lists[WAITING].head);
		else
			break;
	} while (now() < end);
	if (!groups_idle())
		return 0;
	refusals_flush();
	return 1;
}

int
groups_idle(void)
{
	return lists[LEAVING].count + lists[WAITING].count == 0;
}

void
groups_drop_interface(uint32_t ifindex)
{
	struct member *e;
	uint32_t i, prev;
	int state;

	for (state = FREE + 1; state < STATES; state++)
		for (i = lists[state].tail; i != 0; i = prev) {
			e = member_at(i);
			prev = e->prev;
			if (e->m.ifindex != ifindex)
				continue;
			if (state == JOINED || state == LEAVING)
				group_sock_forget(e->sock, &e->m);
			member_free(i);
		}
}

uint32_t
groups_joined(void)
{
	return lists[JOINED].count + lists[LEAVING].count;
}

uint32_t
groups_refused(int *error)
{
	*error = last_error;
	return lists[REFUSED].count;
}

const struct membership *
groups_next(uint32_t *cursor, int *joined)
{
	struct member *e;

	while (++*cursor < members.top) {
		e = member_at(*cursor);
		if (e->state == FREE)
			continue;
		*joined = e->state == JOINED || e->state == LEAVING;
		return &e->m;
	}
	--*cursor;
	return NULL;
}
