/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Which learned flow makes room for another: one without packets as long as
 * there is one, whether the counters come at once or later.
 */
#include <string.h>

#include "engine/have/bus.h"
#include "engine/have/flows.h"
#include "engine/lib/hash.h"
#include "engine/sys/kernel_state.h"
#include "check.h"

#define LIMIT 64

static uint32_t packets[1024]; /* of each flow, by its number */
static uint32_t evicted[1024], nevicted;
static struct counters *question;
static unsigned int nasked;
static int late; /* the answer comes later */
static uint32_t now = 1000;

static void
answer(void)
{
	struct counters *c = question;
	uint32_t i;

	question = NULL;
	for (i = 0; i < c->n; i++) {
		memset(&c->counts[i], 0, sizeof(c->counts[i]));
		c->counts[i].packets =
		    packets[c->keys[i].grp.b[14] << 8 | c->keys[i].grp.b[15]];
		c->found[i] = 1;
	}
	c->is_asked = 0;
	c->answered(c);
}

void
counters_ask(struct counters *c)
{
	CHECK(c->n > 0 && c->n < LIMIT && question == NULL);
	question = c;
	c->is_asked = 1;
	nasked += c->n;
	if (!late)
		answer();
}

int
kernel_state_is_quick(int v6)
{
	(void)v6;
	return 1;
}

static uint32_t
number(const struct entry *e)
{
	return e->grp.b[14] << 8 | e->grp.b[15];
}

static void
note(const struct bus_event *b)
{
	if (b->kind == BUS_FLOW_EVICTED)
		evicted[nevicted++] = number(entry_at(b->entry));
}

static void
no_timer(void)
{
}

static uint32_t
make_flow(uint32_t n)
{
	uint8_t src[4] = { 10, 0, 0, 1 }, grp[4] = { 225, 1, n >> 8, n };
	struct wire_key k;
	uint32_t i;

	addr_from_v4(&k.src, src);
	addr_from_v4(&k.grp, grp);
	i = entry_get(&k.src, &k.grp);
	entry_at(i)->iif = 0;
	CHECK(flow_new(i, now) == 0);
	flow_file(entry_at(i), FLOW_ROUTE);
	return i;
}

/* LIMIT flows, of which the oldest n have packets. */
static void
fill(uint32_t n)
{
	uint32_t i;

	for (i = 1; i < entries_top(); i++)
		if (entry_at(i)->kind == ENTRY_FLOW)
			flow_forget(entry_at(i));
	memset(packets, 0, sizeof(packets));
	nevicted = nasked = 0;
	now += 10;
	for (i = 1; i <= LIMIT; i++) {
		packets[i] = i <= n ? 1000 - i : 1;
		(void)make_flow(i);
	}
	CHECK(nevicted == 0 && nasked == 0);
}

static void
test_unused_first(void)
{
	uint32_t i, busy = 0;

	fill(7); /* fewer than are looked at together */
	for (i = 0; i < 30; i++) {
		(void)make_flow(100 + i);
		packets[100 + i] = 1;
		if (question != NULL)
			answer();
	}
	CHECK(nevicted == 30 && flows_count() == LIMIT);
	for (i = 0; i < nevicted; i++)
		busy += evicted[i] <= 7;
	/* a late answer is too late for the first one */
	CHECK(busy == (late ? 1 : 0));
	/* an answer is good for several that make room */
	CHECK(nasked < 2 * 30);
}

/* One flow goes on while all others change several times in a second. */
static void
test_goes_on(void)
{
	uint32_t i;

	fill(0);
	packets[7] = 1000;
	for (i = 0; i < 5 * LIMIT; i++) {
		packets[7] += 10;
		packets[100 + i] = 10;
		(void)make_flow(100 + i);
		if (question != NULL)
			answer();
	}
	for (i = 0; i < nevicted; i++)
		CHECK(evicted[i] != 7);
}

/* All have packets: one of those that were used least. */
static void
test_all_used(void)
{
	fill(LIMIT);
	packets[5] = 7;
	(void)make_flow(100);
	CHECK(nevicted == 1);
	CHECK(evicted[0] == (late ? 1 : 5));
	if (question != NULL)
		answer();
}

/* What was found out is not used for long. */
static void
test_old_answer(void)
{
	fill(0);
	(void)make_flow(100);
	if (question != NULL)
		answer();
	CHECK(nevicted == 1 && evicted[0] == 1);
	packets[2] = packets[3] = 1000; /* these come to life */
	now += 5;
	(void)make_flow(101);
	if (question != NULL)
		answer();
	(void)make_flow(102);
	CHECK(evicted[1] == (late ? 2 : 4));
	CHECK(evicted[2] == (late ? 4 : 5));
	if (question != NULL)
		answer();
}

/* A flow that ends while it is asked for, and one that takes its place. */
static void
test_ends_meanwhile(void)
{
	uint32_t i;

	late = 1;
	fill(4);
	(void)make_flow(100);
	CHECK(question != NULL);
	for (i = 1; i < entries_top(); i++)
		if (entry_at(i)->kind == ENTRY_FLOW && number(entry_at(i)) < 10)
			flow_forget(entry_at(i));
	(void)make_flow(2);
	answer();
	for (i = 0; i < LIMIT; i++)
		(void)make_flow(200 + i);
	CHECK(flows_count() == LIMIT);
	if (question != NULL)
		answer();
	late = 0;
}

int
main(void)
{
	struct limits l = { .flows = LIMIT, .flows_per_interface = LIMIT };

	hash_seed();
	entries_init();
	flows_init(0, no_timer);
	flows_limit(&l, now);
	bus_subscribe(note);
	for (late = 0; late <= 1; late++) {
		test_unused_first();
		test_goes_on();
		test_all_used();
		test_old_answer();
	}
	test_ends_meanwhile();
	return check_end();
}
