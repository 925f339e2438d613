/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Learned flows.  Their number is limited in total and for each inbound
 * interface.  Each flow has a time when expiry looks at it next.
 */
#ifndef FLOWS_H
#define FLOWS_H

#include <stdint.h>
#include "engine/lib/list.h"
#include "engine/want/config.h"
#include "work.h"

/* Notes from the last report of the flow on a wrong interface; decide_move()
 * compares with them. */
struct arrival {
	uint32_t forwarded; /* packets forwarded until then */
	uint32_t reported;  /* when, in seconds; 0: never */
};

enum flow_kind {
	FLOW_STOP, /* no rule forwards it */
	FLOW_ROUTE
};

struct flow {
	uint32_t entry;
	uint32_t forwarded; /* packets when expiry last looked */
	uint32_t spared;    /* packets when it was last found in use */
	uint32_t unused;    /* when it was found not in use, in seconds */
	uint32_t last;	    /* time of its last packet, or later */
	uint32_t due;	    /* time of the next look, in seconds */
	struct arrival arrival;
	struct list_node lru;	/* in the list of its slot and kind */
	struct list_node wheel; /* in the bucket of its due time */
	uint8_t slot;
	uint8_t kind;
	uint8_t exact; /* "last" is the time of its last packet */
};

/* expire: seconds without a packet after which a flow is deleted, 0: never.
 * arm is called when the first flow is due for a look. */
void flows_init(uint32_t expire, void (*arm)(void));

/* The entry's flow. */
struct flow *flow_of(const struct entry *);
/* 1 when the entry is the flow of this source and group. */
int flow_is(uint32_t entry, const struct wire_key *);
/* Makes the entry a learned flow.  If a limit is reached, another flow is
 * deleted.  now: monotonic seconds.  0, or -1: memory is short. */
int flow_new(uint32_t entry, uint32_t now);
/* Files the flow under its entry's slot and this kind, as most recently
 * used. */
void flow_file(const struct entry *, enum flow_kind);
/* Ends the flow: the entry has no kind any more. */
void flow_forget(struct entry *);
/* Ends the flow and has the kernel delete the entry. */
void flow_delete(uint32_t entry, enum work_queue);

/* The entry of a flow that is due for a look, or 0. */
uint32_t flow_due(uint32_t now);
/* Sets the time of the next look, in monotonic seconds. */
void flow_set_due(struct flow *, uint32_t when);
/* Marks the flow as most recently used. */
void flow_used(struct flow *);
/* When the next flow is due, in monotonic seconds; 0: there is none. */
uint32_t flow_next_due(void);

/* Sets the limits, and deletes flows beyond them.  NULL: no limits. */
void flows_limit(const struct limits *, uint32_t now);
uint32_t flows_count(void);
/* How many flows were deleted so far to make room for newer ones. */
uint64_t flows_given_up(void);
/* 1 when the entry is a stop entry: a learned flow that no rule forwards. */
int flow_is_stop(const struct entry *);

#endif
