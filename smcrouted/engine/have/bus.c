/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Events, for the parts of the engine that subscribe.
 */
#include <sysexits.h>

#include "common/log.h"
#include "bus.h"

#define MAXSUBSCRIBERS 8

static void (*subscribers[MAXSUBSCRIBERS])(const struct bus_event *);
static unsigned int n;

void
bus_subscribe(void (*f)(const struct bus_event *))
{
	if (n == MAXSUBSCRIBERS)
		fatalx(EX_SOFTWARE, "too many subscribers");
	subscribers[n++] = f;
}

void
bus_tell(const struct bus_event *e)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		subscribers[i](e);
}

void
bus_tell_flow(enum bus_kind kind, uint32_t entry)
{
	struct bus_event e = { .kind = kind, .entry = entry };

	bus_tell(&e);
}

void
bus_tell_iface(enum bus_kind kind, const struct iface *i)
{
	struct bus_event e = { .kind = kind, .iface = i };

	bus_tell(&e);
}

void
bus_tell_kind(enum bus_kind kind)
{
	struct bus_event e = { .kind = kind };

	bus_tell(&e);
}
