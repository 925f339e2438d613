/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Events about flows, for the parts of the engine that subscribe: log and hook.
 */
#ifndef BUS_H
#define BUS_H

#include <stdint.h>

enum bus_kind {
	BUS_FLOW_LEARNED,
	BUS_FLOW_MOVED, /* the flow comes in on another interface now */
	BUS_FLOW_EXPIRED,
	BUS_FLOW_EVICTED /* deleted to make room for another */
};

struct bus_event {
	enum bus_kind kind;
	uint32_t entry;
};

/* Has a function called for each event from now on. */
void bus_subscribe(void (*)(const struct bus_event *));
/* Calls all subscribers for an event of the entry's flow. */
void bus_tell(enum bus_kind, uint32_t entry);

#endif
