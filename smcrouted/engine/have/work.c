/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Makes the kernel's entries what they should be.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/log.h"
#include "engine/out/verbs.h"
#include "engine/sys/keys.h"
#include "work.h"

#define FIRST_SIZE 1024	     /* entries that a new queue has room for */
#define KEEP_SIZE  (1 << 16) /* entries that an empty queue keeps room for */

/* A ring of entries.  first and end only ever grow; the place in the ring is
 * their value modulo size. */
static struct queue {
	uint32_t *ring;
	uint32_t size; /* a power of two */
	uint32_t first, end;
} queues[2];

static const uint16_t marks[2] = { ENTRY_ANSWER, ENTRY_WORK };

static uint32_t
length(const struct queue *q)
{
	return q->end - q->first;
}

/* Doubles the ring.  Entries that are queued keep their numbers. */
static void
grow(struct queue *q)
{
	uint32_t i, *ring, size = q->size != 0 ? 2 * q->size : FIRST_SIZE;

	if ((ring = calloc(size, sizeof(*ring))) == NULL)
		fatal(EX_OSERR, "work");
	for (i = q->first; i != q->end; i++)
		ring[i & (size - 1)] = q->ring[i & (q->size - 1)];
	free(q->ring);
	q->ring = ring;
	q->size = size;
}

static void
push(uint32_t i, enum work_queue which)
{
	struct queue *q = &queues[which];
	struct entry *e = entry_at(i);

	if (e->flags & marks[which])
		return;
	if (length(q) == q->size)
		grow(q);
	e->flags |= marks[which];
	q->ring[q->end++ & (q->size - 1)] = i;
}

/* Takes the next entry from the queue, which must not be empty. */
static uint32_t
pop(enum work_queue which)
{
	struct queue *q = &queues[which];
	uint32_t i;

	if (which == WORK_ANSWER)
		i = q->ring[--q->end & (q->size - 1)];
	else
		i = q->ring[q->first++ & (q->size - 1)];
	entry_at(i)->flags &= ~marks[which];
	return i;
}

enum work_action
work_compare(const struct work_state *want, const struct work_state *have,
    int rewrite)
{
	if (want->iif == NOSLOT)
		return have->iif == NOSLOT && !rewrite ? WORK_KEEP :
							 WORK_DELETE;
	if (want->iif != have->iif || want->oifs != have->oifs || rewrite)
		return WORK_INSTALL;
	return WORK_KEEP;
}

static enum work_action
action(const struct entry *e)
{
	struct work_state want = { e->want_oifs, e->want_iif };
	struct work_state have = { e->have_oifs, e->have_iif };

	if (e->flags & ENTRY_REFUSED)
		want.iif = NOSLOT;
	return work_compare(&want, &have, e->flags & ENTRY_REWRITE);
}

void
work_want(uint32_t i, uint8_t iif, uint32_t oifs, enum work_queue q)
{
	struct entry *e = entry_at(i);

	e->want_iif = iif;
	e->want_oifs = iif == NOSLOT ? 0 : oifs;
	e->flags &= ~(ENTRY_REFUSED | ENTRY_FOUND);
	if (action(e) != WORK_KEEP)
		push(i, q);
	else
		entry_release(i);
}

void
work_rewrite(uint32_t i, enum work_queue q)
{
	entry_at(i)->flags |= ENTRY_REWRITE;
	push(i, q);
}

/*
 * Answers an upcall.  If the kernel was given the entry before, the packet was
 * reported while the entry was being added.  The kernel sends the packets that
 * it has queued for a flow only when it gets a new entry, so the entry is
 * deleted and added again.  This is not done twice in a row: the kernel also
 * reports a packet that comes between the deletion and the addition.
 */
void
work_answer(uint32_t i)
{
	struct entry *e = entry_at(i);

	if (e->have_iif == NOSLOT || e->flags & ENTRY_RENEWED)
		e->flags &= ~(ENTRY_RENEW | ENTRY_RENEWED);
	else
		e->flags |= ENTRY_RENEW;
	work_rewrite(i, WORK_ANSWER);
}

static void
install_entry(uint32_t i)
{
	struct entry *e = entry_at(i);
	struct wire_mfc w = { .iif = e->want_iif };

	w.key.src = e->src;
	w.key.grp = e->grp;
	/* OpenBSD keeps the old inbound interface if the new one was an oif */
	if (!keyed_by_source && e->have_iif != NOSLOT &&
	    e->have_iif != e->want_iif)
		w.how = MFC_REMAKE;
	if (e->flags & ENTRY_RENEW) {
		w.how = MFC_REMAKE;
		e->flags |= ENTRY_RENEWED;
	}
	slot_ttls(e->want_oifs, w.ttls);
	/* The kernel takes packets of a (*,G) entry in only on interfaces that
	 * are among its outbound ones. */
	if (entry_is_resident(e))
		w.ttls[w.iif] = 1;
	e->unanswered++;
	verbs_mfc_add(&w, i, (e->flags & ENTRY_TELL) != 0);
	entry_set_have(e, e->want_iif, e->want_oifs);
}

static void
delete_entry(uint32_t i)
{
	struct entry *e = entry_at(i);
	struct wire_mfc w = { .iif = e->iif, .how = MFC_UNMAKE };

	w.key.src = e->src;
	w.key.grp = e->grp;
	e->unanswered++;
	if (entry_is_resident(e))
		verbs_mfc_add(&w, i, 0);
	else
		verbs_mfc_del(&w.key, i);
	entry_set_have(e, NOSLOT, 0);
}

static void
work_on(uint32_t i)
{
	struct entry *e = entry_at(i);

	switch (action(e)) {
	case WORK_INSTALL:
		install_entry(i);
		break;
	case WORK_DELETE:
		delete_entry(i);
		break;
	case WORK_KEEP:
		break;
	}
	e->flags &= ~(ENTRY_REWRITE | ENTRY_RENEW | ENTRY_TELL);
	entry_release(i);
}

/* Chooses the queue: a message's worth of answers and one of other work take
 * turns, so that neither keeps the other from being done. */
static enum work_queue
whose_turn(void)
{
	static unsigned int turn; /* in entries */
	enum work_queue q = turn < WIRE_BATCH ? WORK_ANSWER : WORK_OTHER;

	if (length(&queues[q]) == 0) {
		q = !q;
		turn = q == WORK_ANSWER ? 0 : WIRE_BATCH;
	}
	turn = (turn + 1) % (2 * WIRE_BATCH);
	return q;
}

/* Frees a ring that a large load has made. */
static void
shrink(struct queue *q)
{
	if (q->size <= KEEP_SIZE)
		return;
	free(q->ring);
	q->ring = NULL;
	q->size = 0;
}

int
work_run(void)
{
	struct queue *a = &queues[WORK_ANSWER], *b = &queues[WORK_OTHER];

	while (length(a) + length(b) > 0 && verbs_room())
		work_on(pop(whose_turn()));
	if (length(a) + length(b) > 0)
		return 0; /* later, when the parent has answered, so that
			   * messages are full */
	verbs_flush();
	shrink(a);
	shrink(b);
	return 1;
}

int
work_is_answered(void)
{
	return length(&queues[WORK_ANSWER]) == 0;
}

uint32_t
work_queued(void)
{
	return queues[WORK_OTHER].end;
}

uint32_t
work_done(void)
{
	return queues[WORK_OTHER].first;
}

void
work_answered(uint32_t i, int error)
{
	struct entry *e = entry_at(i);
	/* The entry was to be added and has been deleted since, so a refusal
	 * does not matter.  The slot may have been deleted, too. */
	int late = e->unanswered > 1 && e->have_iif == NOSLOT;

	if (error == 0 || late) {
		e->unanswered--;
		entry_release(i);
		return;
	}
	/* The engine cannot know what the kernel has now. */
	e->flags |= ENTRY_REFUSED | ENTRY_REWRITE;
	entries_order();
	e->unanswered--;
	push(i, WORK_OTHER);
}
