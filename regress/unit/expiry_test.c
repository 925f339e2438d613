/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Learned flows go in time, not too early, and with few looks at the kernel.
 */
#include <string.h>

#include "engine/lib/hash.h"
#include "check.h"
#include "rnd.h"

/* with its timer, which the test calls by itself */
#include "engine/run/expiry.c"

static const uint32_t times[] = { 1, 2, 9, 10, 60, 63, 64, 65, 100, 120, 121,
	1000, 3600, 86400 };

#define NTIMES (sizeof(times) / sizeof(times[0]))

static uint32_t second = 1000; /* now */
static uint32_t packets, last; /* of the flow, and the second of the last one */
static unsigned int nlooks;
static int later; /* counters are answered in a later turn of the loop */

uint32_t
clock_seconds(void)
{
	return second;
}

uint64_t
clock_us(void)
{
	return second * UINT64_C(1000000);
}

static void
answer(struct counters *c)
{
	uint32_t i;

	for (i = 0; i < c->n; i++) {
		memset(&c->counts[i], 0, sizeof(c->counts[i]));
		c->counts[i].packets = packets;
		c->found[i] = 1;
		nlooks++;
	}
	c->is_asked = 0;
	c->answered(c);
}

/* Answers at once or, as where only the parent may ask, later. */
void
counters_ask(struct counters *c)
{
	CHECK(c->n > 0 && !c->is_asked);
	c->is_asked = 1;
	if (!later)
		answer(c);
}

uint32_t
kernel_state_idle(const struct wire_key *k)
{
	(void)k;
	return second - last;
}

int
kernel_state_is_quick(int v6)
{
	(void)v6;
	return 1;
}

static void
changed(void)
{
}

static uint32_t
make_flow(void)
{
	static const uint8_t src[4] = { 10, 0, 0, 1 },
			     grp[4] = { 225, 1, 1, 1 };
	struct wire_key k;
	uint32_t i;

	addr_from_v4(&k.src, src);
	addr_from_v4(&k.grp, grp);
	i = entry_get(&k.src, &k.grp);
	entry_at(i)->iif = 0;
	packets = 1;
	last = second;
	CHECK(flow_new(i, second) == 0);
	return i;
}

/* Sends some packets, about one in so many seconds, and then waits. */
static void
flow_lives(uint32_t seconds, uint32_t every)
{
	uint32_t end = second + rnd(3 * seconds), start = second;

	make_flow();
	nlooks = 0;
	while (flows_count() > 0 && second - last <= 2 * seconds) {
		second++;
		on_tick(-1, 0, NULL);
		on_tick(-1, 0, NULL); /* maybe before the answer */
		if (question.is_asked)
			answer(&question);
		/* nothing is left to do in this second */
		CHECK(flow_due(second) == 0);
		/* the worst for expiry: just after it has looked */
		if (flows_count() > 0 && second < end && rnd(every) == 0) {
			packets++;
			last = second;
		}
	}
	CHECK(flows_count() == 0);
	CHECK(second - last >= seconds);
	CHECK(second - last <= seconds + seconds / 8 + 1);
	/* two for each interval, and a few at the end */
	CHECK(nlooks <= 4 + 2 * (second - start) / seconds);
}

/* A flow that ends, or ends and begins again, while it is asked for. */
static void
flow_ends_meanwhile(int again)
{
	uint32_t i = make_flow();

	later = 1;
	while (!question.is_asked) {
		second++;
		on_tick(-1, 0, NULL);
	}
	flow_forget(entry_at(i));
	if (again)
		make_flow();
	packets = 0;
	answer(&question);
	/* a new flow that is taken for the old one begins again at its next
	 * packet */
	CHECK(flows_count() == 0);
	later = 0;
}

int
main(void)
{
	unsigned int i, n;

	rnd_init();
	hash_seed();
	entries_init();
	event_init();
	for (i = 0; i < NTIMES; i++) {
		expiry_init(times[i], changed);
		flow_ends_meanwhile(0);
		flow_ends_meanwhile(1);
		for (n = 0; n < 40; n++) {
			second += rnd(100);
			later = rnd(2);
			/* a feed, or one packet now and then */
			flow_lives(times[i], n & 1 ? 1 : times[i] / 2 + 1);
		}
	}
	return rnd_end();
}
