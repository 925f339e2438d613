/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Group memberships: which there should be, and whether the kernel has them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "engine/lang/conf.h"
#include "engine/lib/hash.h"
#include "engine/lib/list.h"
#include "engine/lib/pool.h"
#include "bus.h"
#include "group_rows.h"
#include "group_sock.h"
#include "groups.h"
#include "iface.h"
#include "refusal.h"

#define HASH_MIN 1024

/* There is a list for each state.  The kernel has the memberships in JOINED and
 * the states after it: REPORTING waits to be reported to the network once more,
 * LEAVING to be left. */
enum member_state {
	FREE,
	WAITING,
	REFUSED,
	JOINED,
	REPORTING,
	LEAVING,
	STATES
};

struct member {
	struct membership m; /* when free, the pool uses its first bytes */
	uint32_t chain;	     /* next in the hash chain */
	struct list_node node;
	uint32_t sock;
	uint32_t round;	 /* the last round that wanted it */
	uint32_t serial; /* its number when it was last queued */
	int error;	 /* errno of its refusal; 0 when joined */
	uint8_t state;
	uint8_t missing; /* the kernel's list lacks it */
};

static struct pool members = { .size = sizeof(struct member), .top = 1 };
static struct list lists[STATES] = {
	[WAITING] = LIST_IN(&members, member, node),
	[REFUSED] = LIST_IN(&members, member, node),
	[JOINED] = LIST_IN(&members, member, node),
	[REPORTING] = LIST_IN(&members, member, node),
	[LEAVING] = LIST_IN(&members, member, node),
};
static uint32_t *heads, nheads;
static uint32_t limit = CONF_GROUPS;
static uint32_t this_round, nwanted; /* number wanted in it */
static uint32_t queued;		     /* the last number given to queued work */
static int over, over_told;	     /* the round wants more than the limit */

static struct member *
member_at(uint32_t i)
{
	return pool_at(&members, i);
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

/* Makes the hash larger.  0, or -1: no memory, and it stays as it is. */
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
		for (i = lists[state].head; i != 0;
		     i = list_next(&lists[state], i))
			hash_insert(i);
	return 0;
}

static void
member_move(uint32_t i, enum member_state state)
{
	struct member *e = member_at(i);

	list_remove(&lists[e->state], i);
	list_append(&lists[state], i);
	e->state = state;
	if (state == WAITING || state == LEAVING)
		e->serial = ++queued;
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

/* Makes a membership and queues it to be joined.  0: no memory. */
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
	e->state = WAITING;
	e->serial = ++queued;
	hash_insert(i);
	list_append(&lists[WAITING], i);
	return i;
}

/* Finds or makes a membership that is wanted in this round.  0: there are too
 * many, or no memory. */
static uint32_t
member_want(const struct membership *m)
{
	uint32_t i = member_find(m);

	if (i != 0 && member_at(i)->round == this_round)
		return i;
	/* memberships that are about to be left do not count */
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
	struct member *e = member_at(i);

	if (e->round == this_round)
		nwanted--;
	refusal_set(&e->error, 0, &e->m);
	hash_remove(i);
	list_remove(&lists[e->state], i);
	pool_put(&members, i);
}

static void
tell(enum bus_kind kind, uint32_t i, int error)
{
	struct bus_event e = { .kind = kind,
		.member = &member_at(i)->m,
		.error = error };

	bus_tell(&e);
}

static void
member_join(uint32_t i)
{
	struct member *e = member_at(i);
	int error;

	if ((e->sock = group_sock_join(&e->m)) != 0) {
		refusal_set(&e->error, 0, &e->m);
		member_move(i, JOINED);
		tell(BUS_GROUP_JOINED, i, 0);
		return;
	}
	error = errno;
	member_move(i, REFUSED);
	if (error == ENXIO)
		return; /* the interface is gone: its event follows */
	refusal_set(&e->error, error, &e->m);
	tell(BUS_GROUP_REFUSED, i, error);
}

static void
member_leave(uint32_t i)
{
	group_sock_leave(member_at(i)->sock, &member_at(i)->m);
	tell(BUS_GROUP_LEFT, i, 0);
	member_free(i);
}

/* Reports a membership again.  If that fails, it is still joined. */
static void
member_report(uint32_t i)
{
	struct member *e = member_at(i);

	if (group_sock_report(e->sock, &e->m) == -1)
		log_warn("%s: cannot report a group again",
		    iface_name(e->m.ifindex));
	member_move(i, JOINED);
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
	over = 0;
}

int
groups_want(const struct membership *m)
{
	if (member_want(m) != 0)
		return 0;
	over = 1;
	return -1;
}

/* Queues those memberships of a list for leaving that this round does not
 * want. */
static void
leave_unwanted(enum member_state state)
{
	uint32_t i, prev;

	for (i = lists[state].tail; i != 0; i = prev) {
		prev = list_prev(&lists[state], i);
		if (member_at(i)->round != this_round)
			member_move(i, LEAVING);
	}
}

void
groups_retry(void)
{
	while (lists[REFUSED].head != 0)
		member_move(lists[REFUSED].head, WAITING);
}

void
groups_end(void)
{
	uint32_t i, next;

	if (over && !over_told)
		log_errx("more than %u memberships: the others are not joined",
		    limit);
	over_told = over;
	groups_retry();
	for (i = lists[WAITING].head; i != 0; i = next) {
		next = list_next(&lists[WAITING], i);
		if (member_at(i)->round != this_round)
			member_free(i);
	}
	leave_unwanted(JOINED);
	leave_unwanted(REPORTING);
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

int
groups_work(void)
{
	uint64_t end = clock_us() + GROUPS_SLICE;

	do {
		if (lists[LEAVING].head != 0)
			member_leave(lists[LEAVING].head);
		else if (lists[WAITING].head != 0)
			member_join(lists[WAITING].head);
		else if (lists[REPORTING].head != 0)
			member_report(lists[REPORTING].head);
		else
			break;
	} while (clock_us() < end);
	if (!groups_idle())
		return 0;
	refusal_log();
	return 1;
}

uint32_t
groups_queued(void)
{
	return queued;
}

/* 1 when nothing in the list was queued up to that number. */
static int
is_past(enum member_state state, uint32_t number)
{
	uint32_t i = lists[state].head;

	return i == 0 || (int32_t)(member_at(i)->serial - number) > 0;
}

int
groups_are_done(uint32_t number)
{
	return is_past(LEAVING, number) && is_past(WAITING, number);
}

int
groups_idle(void)
{
	return lists[LEAVING].count + lists[WAITING].count +
	    lists[REPORTING].count ==
	    0;
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
			prev = list_prev(&lists[state], i);
			if (e->m.ifindex != ifindex)
				continue;
			if (state >= JOINED) {
				group_sock_forget(e->sock, &e->m);
				tell(BUS_GROUP_LEFT, i, 0);
			}
			member_free(i);
		}
}

void
groups_report(uint32_t ifindex)
{
	struct member *e;
	uint32_t i, next;

	for (i = lists[JOINED].head; i != 0; i = next) {
		e = member_at(i);
		next = list_next(&lists[JOINED], i);
		if (e->m.ifindex == ifindex && addr_af(&e->m.grp) == AF_INET)
			member_move(i, REPORTING);
	}
}

/* Marks the memberships of a family that the kernel should have and that its
 * list lacks; again: clears the mark of those that the list has this time.
 * Returns how many are marked; 0 also without a list. */
static uint32_t
mark_missing(int v6, int again)
{
	struct member *e;
	uint32_t i, n = 0;
	int state;

	if (group_rows_read(v6) == -1)
		return 0;
	for (state = JOINED; state < LEAVING; state++)
		for (i = lists[state].head; i != 0;
		     i = list_next(&lists[state], i)) {
			e = member_at(i);
			if ((addr_af(&e->m.grp) == AF_INET6) != v6)
				continue;
			e->missing = (!again || e->missing) &&
			    !group_rows_have(e->m.ifindex, &e->m.grp);
			n += e->missing;
		}
	return n;
}

/* Queues the marked memberships to be joined again.  Their sockets still list
 * them, so they are taken off there first. */
static void
drop_missing(int v6)
{
	struct member *e;
	uint32_t i, next;
	int state;

	for (state = JOINED; state < LEAVING; state++)
		for (i = lists[state].head; i != 0; i = next) {
			e = member_at(i);
			next = list_next(&lists[state], i);
			if (!e->missing ||
			    (addr_af(&e->m.grp) == AF_INET6) != v6)
				continue;
			e->missing = 0;
			group_sock_forget(e->sock, &e->m);
			tell(BUS_GROUP_LEFT, i, 0);
			member_move(i, WAITING);
		}
}

void
groups_look(void)
{
	uint32_t n;
	int v6;

	for (v6 = 0; v6 <= 1; v6++) {
		/* twice: the list may change while it is read */
		if (lists[JOINED].count + lists[REPORTING].count == 0 ||
		    mark_missing(v6, 0) == 0 || (n = mark_missing(v6, 1)) == 0)
			continue;
		log_notice("the kernel has dropped %u IPv%d membership%s: "
			   "joining again",
		    n, v6 ? 6 : 4, n == 1 ? "" : "s");
		drop_missing(v6);
	}
	group_rows_free();
}

uint32_t
groups_joined(void)
{
	return lists[JOINED].count + lists[REPORTING].count +
	    lists[LEAVING].count;
}

uint32_t
groups_refused(int *error)
{
	*error = refusal_last();
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
		*joined = e->state >= JOINED;
		return &e->m;
	}
	--*cursor;
	return NULL;
}
