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
#include "status.h"

static int is_stale; /* something has happened since it was sent */
static struct wire_status told;
static struct event pause_ev;

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
on_event(const struct bus_event *b)
{
	(void)b;
	is_stale = 1;
}

static void
pause_over(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	status_send();
}

void
status_init(int on)
{
	if (on)
		bus_subscribe(on_event);
	evtimer_set(&pause_ev, pause_over, NULL);
}

void
status_send(void)
{
	struct timeval second = { .tv_sec = 1 };
	struct wire_status now;

	if (!is_stale || config == NULL || evtimer_pending(&pause_ev, NULL))
		return;
	is_stale = 0;
	count_all(&now);
	if (memcmp(&now, &told, sizeof(now)) == 0)
		return;
	told = now;
	verbs_status(&now);
	await(&pause_ev, &second);
}
