/*
 * Group memberships: which there should be, and whether the kernel has them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../common/log.h"
#include "group_sock.h"
#include "groups.h"
#include "hash.h"
#include "pool.h"

#define HASH_MIN 1024

enum member_state { MEMBER_FREE, MEMBER_NEW, MEMBER_REFUSED, MEMBER_JOINED };

struct member {
	struct membership m;   /* its first bytes are the pool's when free */
	uint32_t chain;	       /* of the hash */
	uint32_t older, newer; /* in the order of joins */
	uint32_t sock;
	uint32_t round; /* the last that wanted it */
	uint8_t state;
	uint8_t told; /* its refusal is in the log */
};

static struct pool members = { .size = sizeof(struct member), .top = 1 };
static uint32_t *heads, nheads;
static uint32_t oldest, newest;
static uint32_t njoined, nrefused;
static uint32_t this_round, nwanted; /* in this round */

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
	errno = refusals.error;
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

	if ((new = calloc(n, sizeof(*new))) == NULL)
		return -1;
	free(heads);
	heads = new;
	nheads = n;
	for (i = oldest; i != 0; i = member_at(i)->newer)
		hash_insert(i);
	return 0;
}

static void
order_append(uint32_t i)
{
	struct member *e = member_at(i);

	e->older = newest;
	e->newer = 0;
	if (newest != 0)
		member_at(newest)->newer = i;
	else
		oldest = i;
	newest = i;
}

static void
order_remove(uint32_t i)
{
	struct member *e = member_at(i);

	if (e->older != 0)
		member_at(e->older)->newer = e->newer;
	else
		oldest = e->newer;
	if (e->newer != 0)
		member_at(e->newer)->older = e->older;
	else
		newest = e->older;
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
	e->state = MEMBER_NEW;
	e->round = this_round - 1;
	hash_insert(i);
	order_append(i);
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
	if (nwanted >= GROUPS_MAX)
		return 0;
	if (i == 0 && (i = member_new(m)) == 0)
		return 0;
	member_at(i)->round = this_round;
	nwanted++;
	return i;
}

static void
member_free(uint32_t i)
{
	struct member *e = member_at(i);

	if (e->state == MEMBER_JOINED)
		njoined--;
	if (e->state == MEMBER_REFUSED)
		nrefused--;
	if (e->round == this_round)
		nwanted--;
	hash_remove(i);
	order_remove(i);
	pool_put(&members, i);
}

/* 0, or the errno of the refusal. */
static int
member_join(uint32_t i)
{
	struct member *e = member_at(i);
	int error;

	if (e->state == MEMBER_REFUSED)
		nrefused--;
	if ((e->sock = group_sock_join(&e->m)) != 0) {
		e->state = MEMBER_JOINED;
		e->told = 0;
		njoined++;
		order_remove(i);
		order_append(i);
		return 0;
	}
	error = errno;
	e->state = MEMBER_REFUSED;
	nrefused++;
	if (!e->told)
		refusals_note(&e->m, error);
	e->told = 1;
	return error;
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

static void
leave_unwanted(void)
{
	struct member *e;
	uint32_t i, older;

	for (i = newest; i != 0; i = older) {
		e = member_at(i);
		older = e->older;
		if (e->round == this_round)
			continue;
		if (e->state == MEMBER_JOINED)
			group_sock_leave(e->sock, &e->m);
		member_free(i);
	}
}

/* Those that were refused are tried again. */
static void
join_wanted(void)
{
	uint32_t i, newer, last = newest;

	for (i = oldest; i != 0; i = newer) {
		/* joining moves it behind the last */
		newer = i == last ? 0 : member_at(i)->newer;
		if (member_at(i)->state != MEMBER_JOINED)
			(void)member_join(i);
	}
	refusals_flush();
}

void
groups_end(void)
{
	leave_unwanted();
	join_wanted();
}

int
groups_add(const struct membership *m)
{
	uint32_t i = member_want(m);
	int error = 0;

	if (i == 0)
		return ENOSPC;
	if (member_at(i)->state != MEMBER_JOINED)
		error = member_join(i);
	refusals_flush();
	return error;
}

void
groups_drop_interface(uint32_t ifindex)
{
	struct member *e;
	uint32_t i, older;

	for (i = newest; i != 0; i = older) {
		e = member_at(i);
		older = e->older;
		if (e->m.ifindex != ifindex)
			continue;
		if (e->state == MEMBER_JOINED)
			group_sock_forget(e->sock, &e->m);
		member_free(i);
	}
}

uint32_t
groups_joined(void)
{
	return njoined;
}

uint32_t
groups_refused(void)
{
	return nrefused;
}

const struct membership *
groups_next(uint32_t *cursor, int *joined)
{
	struct member *e;

	while (++*cursor < members.top) {
		e = member_at(*cursor);
		if (e->state == MEMBER_FREE)
			continue;
		*joined = e->state == MEMBER_JOINED;
		return &e->m;
	}
	--*cursor;
	return NULL;
}

void
groups_close(void)
{
	uint32_t i;

	for (i = newest; i != 0; i = member_at(i)->older)
		if (member_at(i)->state == MEMBER_JOINED)
			group_sock_close(member_at(i)->sock);
	group_sock_end();
	pool_clear(&members);
	free(heads);
	heads = NULL;
	nheads = oldest = newest = njoined = nrefused = nwanted = 0;
}
