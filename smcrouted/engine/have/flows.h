/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Learned flows: bounded in number, shared between inbound interfaces, each due
 * to be looked at for expiry.
 */
#ifndef FLOWS_H
#define FLOWS_H

#include <stdint.h>
#include "engine/lib/list.h"
#include "engine/want/config.h"
#include "work.h"

/* Where a flow came in, for the decision whether it moves. */
struct arrival {
	uint32_t forwarded; /* packets, when it was last reported elsewhere */
	uint32_t reported;  /* second of that; 0: never */
};

enum flow_kind {
	FLOW_STOP, /* no rule covers it */
	FLOW_ROUTE
};

struct flow {
	uint32_t entry;
	uint32_t forwarded; /* packets, when last looked at */
	uint32_t spared;    /* packets, when it last did not give way */
	uint32_t last;	    /* second of its last packet, or later */
	uint32_t due;	    /* second when it is to be looked at */
	struct arrival arrival;
	struct list_node lru;	/* in the list of its slot and kind */
	struct list_node wheel; /* in the bucket of its due time */
	uint8_t slot;
	uint8_t kind;
	uint8_t exact; /* last is the second of its last packet */
};

/* expire: seconds without a packet after which a flow goes, 0: never.  arm: is
 * called when there is a flow to be looked at where there was none. */
void flows_init(uint32_t expire, void (*arm)(void));

/* The entry's flow. */
struct flow *flow_of(const struct entry *);
/* Makes an entry a learned flow; one that is in the way of the limits goes.
 * now: monotonic seconds.  0, or -1: memory is short. */
int flow_new(uint32_t entry, uint32_t now);
/* Files a flow under its entry's slot, as one just used. */
void flow_file(const struct entry *, enum flow_kind);
/* The entry is no learned flow any more. */
void flow_forget(struct entry *);
/* ... and the kernel is to delete it. */
void flow_delete(uint32_t entry, enum work_queue);

/* Packets that the entry has forwarded or stopped, modulo 2^32.  0, or -1: the
 * kernel has no such entry. */
int flow_packets(const struct entry *, uint32_t *packets);

/* An entry of a flow to look at by now, whose due time has come, or 0. */
uint32_t flow_due(uint32_t now);
/* It is to be looked at again then. */
void flow_set_due(struct flow *, uint32_t when);
/* It was used. */
void flow_used(struct flow *);
/* The second when the next one is due; 0: there is none. */
uint32_t flow_next_due(void);

/* NULL: no limit, until this is called again. */
void flows_limit(const struct limits *, uint32_t now);
uint32_t flows_count(void);
/* How many had to go so far to make room for newer ones. */
uint64_t flows_given_up(void);
/* 1 when the entry is a learned one that no rule covers. */
int flow_is_stop(const struct entry *);

#endif
