/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Counts interfaces, routes, flows and groups for the service manager.
 */
#include <string.h>

#include "common/await.h"
#include "engine/have/bus.h"
#include "engine/have/flows.h"
#include "engine/have/groups.h"
#include "engine/have/slots.h"
#include "engine/out/verbs.h"
#include "engine/want/current.h"
#include "reconcile.h"
#include "status.h"

static struct wire_status told;
static struct event timer; /* calls on_timer() */
static const struct timeval soon, second = { .tv_sec = 1 };

static void
count_all(struct wire_status *s)
{
	int i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < MAXVIF; i++)
		s->interfaces += slots[i].iface != NULL;
	s->routes = config->rules.pool.count;
	s->flows = flows_count();
	s->groups = groups_joined();
	s->errors = config->errors;
}

static void
send_status(void)
{
	struct wire_status now;

	count_all(&now);
	if (memcmp(&now, &told, sizeof(now)) == 0)
		return;
	told = now;
	verbs_status(&now);
	await(&timer, &second);
}

/* Sends the counts, unless work is under way that changes them. */
static void
on_timer(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	if (reconcile_is_updating() || !groups_idle())
		await(&timer, &second);
	else if (config != NULL)
		send_status();
}

/* At the end of a load the counts are sent before the engine says READY. */
static void
on_event(const struct bus_event *b)
{
	if (b->kind == BUS_CONFIG_SETTLED)
		send_status();
	else if (!evtimer_pending(&timer, NULL))
		await(&timer, &soon);
}

void
status_init(void)
{
	evtimer_set(&timer, on_timer, NULL);
	bus_subscribe(on_event);
}
