/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Deletes learned flows that have had no packet for a while.
 *
 * A flow is deleted at the latest expire + expire/8 + 1 seconds after its last
 * packet.  Its packets are counted at least twice in that time, which costs
 * little.  Only if the count has not changed, the kernel is asked for the time
 * of the last packet, which costs more.
 */
#include <event.h>

#include "common/await.h"
#include "engine/have/bus.h"
#include "engine/have/flows.h"
#include "common/clock.h"
#include "engine/sys/kernel_state.h"
#include "expiry.h"

static void check_flows(struct counters *);

static struct event tick;
static struct counters question = { .answered = check_flows };
static uint32_t asked[COUNTERS_MAX]; /* entries whose counters were asked for */
static uint32_t expire, interval;    /* seconds */
static void (*on_change)(void);

/* Sets the timer to the time when the next flow is due, if there is one. */
static void
arm(void)
{
	struct timeval tv = { 0, 0 };
	uint64_t at = flow_next_due() * UINT64_C(1000000), now;

	if (at == 0 || evtimer_pending(&tick, NULL))
		return;
	now = clock_us();
	if (at > now) {
		tv.tv_sec = (at - now) / 1000000;
		tv.tv_usec = (at - now) % 1000000;
	}
	await(&tick, &tv);
}

static void
expire_flow(uint32_t i)
{
	bus_tell_flow(BUS_FLOW_EXPIRED, i);
	flow_delete(i, WORK_OTHER);
}

/* Asks the kernel when the last packet came.  If the kernel does not tell, the
 * time of the look that found new packets is used: the packet came before
 * that. */
static void
ask_last_packet(const struct entry *e, struct flow *f, uint32_t now)
{
	struct wire_key k = entry_key(e);
	uint32_t idle = kernel_state_idle(&k);

	if (idle != IDLE_UNKNOWN)
		f->last = now - idle;
	f->exact = 1;
}

/* Looks at one flow.  flow_due() has set the next look to an interval from now,
 * which is right for a flow with new packets. */
static void
check_flow(uint32_t i, uint32_t packets, uint32_t now)
{
	struct entry *e = entry_at(i);
	struct flow *f = flow_of(e);

	if (packets == 0) {
		expire_flow(i);
		return;
	}
	if (packets != f->forwarded) {
		f->forwarded = packets;
		f->last = now;
		f->exact = 0;
		flow_used(f);
		return;
	}
	if (!f->exact)
		ask_last_packet(e, f, now);
	if (now - f->last >= expire)
		expire_flow(i);
	else
		flow_set_due(f, f->last + expire);
}

/* The answer.  Flows may have ended since they were asked for. */
static void
check_flows(struct counters *c)
{
	static const struct timeval soon;
	uint32_t i, now = clock_seconds();

	for (i = 0; i < c->n; i++)
		if (flow_is(asked[i], &c->keys[i]))
			check_flow(asked[i],
			    c->found[i] ? c->counts[i].packets : 0, now);
	on_change();
	if (flow_due(now) != 0)
		await(&tick, &soon);
	else
		arm();
}

static void
on_tick(int fd, short what, void *arg)
{
	struct counters *c = &question;
	uint32_t i, now = clock_seconds();

	(void)fd;
	(void)what;
	(void)arg;
	if (c->is_asked)
		return;
	for (c->n = 0; c->n < COUNTERS_MAX && (i = flow_due(now)) != 0;
	     c->n++) {
		asked[c->n] = i;
		c->keys[c->n] = entry_key(entry_at(i));
		flow_set_due(flow_of(entry_at(i)), now + interval);
	}
	if (c->n > 0)
		counters_ask(c);
	else
		arm();
}

void
expiry_init(uint32_t seconds, void (*changed)(void))
{
	expire = seconds;
	interval = (expire * 9 + 7) / 16; /* rounded to the nearest */
	on_change = changed;
	evtimer_set(&tick, on_tick, NULL);
	flows_init(expire, arm);
}
