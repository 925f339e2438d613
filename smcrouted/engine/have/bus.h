/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What happens in the engine, for whoever wants to know: log and hook.
 */
#ifndef BUS_H
#define BUS_H

#include <stdint.h>

enum bus_kind {
	BUS_FLOW_LEARNED,
	BUS_FLOW_MOVED, /* to another inbound interface */
	BUS_FLOW_EXPIRED,
	BUS_FLOW_EVICTED /* to make room for others */
};

struct bus_event {
	enum bus_kind kind;
	uint32_t entry;
};

void bus_subscribe(void (*)(const struct bus_event *));
void bus_tell(enum bus_kind, uint32_t entry);

#endif
