/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Events, for the parts of the engine that subscribe: log, hook, status,
 * requests.
 */
#ifndef BUS_H
#define BUS_H

#include <stdint.h>

enum bus_kind {
	BUS_FLOW_BEGINS,  /* the entry has become a learned flow */
	BUS_FLOW_LEARNED, /* the kernel has reported it; it may be static */
	BUS_FLOW_MOVED,	  /* the flow comes in on another interface now */
	BUS_FLOW_OPENED,  /* it was a stop entry; a rule forwards it now */
	BUS_FLOW_EXPIRED, /* it had no packet for a while; ENDS follows */
	BUS_FLOW_EVICTED, /* it makes room for another; ENDS follows */
	BUS_FLOW_ENDS, /* the entry is about to be no learned flow any more */

	BUS_IFACE_NEW,
	BUS_IFACE_RENAMED,
	BUS_IFACE_STATE,  /* the interface is up or down */
	BUS_IFACE_REMADE, /* another interface has its name and index now */
	BUS_IFACE_GONE,

	BUS_SLOT_BOUND,
	BUS_SLOT_REFUSED, /* not told again for the same error */
	BUS_SLOT_FREED,

	BUS_GROUP_JOINED,
	BUS_GROUP_REFUSED,
	BUS_GROUP_LEFT, /* by us, or because the kernel has dropped it */

	BUS_CONFIG_LOADED,  /* a new configuration is in force */
	BUS_CONFIG_REFUSED, /* it has errors: the old one stays in force */
	BUS_CONFIG_CHANGED, /* by a line of a request, or by its undoing */
	BUS_CONFIG_SETTLED, /* the kernel agrees with what was loaded */

	BUS_UPDATED /* all entries have been evaluated anew */
};

struct bus_event {
	enum bus_kind kind;
	uint32_t entry;			 /* FLOW */
	const struct iface *iface;	 /* IFACE, SLOT; or NULL */
	const char *former_name;	 /* IFACE_RENAMED */
	int slot, v6;			 /* SLOT */
	const struct membership *member; /* GROUP */
	int error;			 /* REFUSED: an errno */
};

/* Has a function called for each event from now on. */
void bus_subscribe(void (*)(const struct bus_event *));
/* Calls all subscribers.  They may mark work, but must not change what they are
 * told of. */
void bus_tell(const struct bus_event *);
/* The same for events that need no more than this. */
void bus_tell_flow(enum bus_kind, uint32_t entry);
void bus_tell_iface(enum bus_kind, const struct iface *);
void bus_tell_kind(enum bus_kind); /* CONFIG, UPDATED */

#endif
