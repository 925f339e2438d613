/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Reads the kernel's multicast forwarding cache, without any privilege.  One
 * file per system.
 */
#ifndef KERNEL_STATE_H
#define KERNEL_STATE_H

#include <sys/queue.h>
#include <stdint.h>
#include "common/peer.h"
#include "common/wire.h"

struct kernel_count {
	uint64_t packets; /* those that came in on the entry's interface */
	uint64_t bytes;
	uint64_t wrong; /* packets that came in on another interface */
};

struct kernel_entry {
	struct wire_key key;
	int unresolved; /* no entry yet: packets wait for the answer to an
			   upcall */
	uint32_t iif;	/* ifindex; 0: the interface is gone */
	uint32_t noifs;
	struct {
		uint32_t ifindex;
		uint8_t ttl;
	} oifs[MAXVIF];
	struct kernel_count count;
	uint32_t idle; /* seconds since its last packet, or IDLE_UNKNOWN */
};

#define IDLE_UNKNOWN UINT32_MAX

/* A question for the counters of entries, and the answer. */
#define COUNTERS_MAX WIRE_BATCH
struct counters {
	uint32_t n;   /* number of keys, from 1 on */
	int is_asked; /* the answer is to come */
	void (*answered)(struct counters *);
	STAILQ_ENTRY(counters) next; /* of the questions asked */
	struct wire_key keys[COUNTERS_MAX];
	struct kernel_count counts[COUNTERS_MAX]; /* of each key */
	uint8_t found[COUNTERS_MAX]; /* 0: the kernel has no such entry */
};

/* Opens raw sockets that make counters_ask() cheaper, while the process is
 * root.  Without them netlink is asked. */
void kernel_state_prepare(void);
/* Opens the netlink socket.  To be called before the process gives up its last
 * rights.  Exits on error. */
void kernel_state_open(void);
/* Chooses the multicast routing table to read; 0: the default one. */
void kernel_state_table(uint32_t);

/*
 * Asks for the counters of each key.  answered() is called once, in any case,
 * when all are there.  On a system where the engine may ask the kernel, it is
 * called before this function returns.  On others it is called in a later turn
 * of the loop.  is_asked is 1 until then, and the question must not be changed
 * or asked again; answered() itself may do both.
 */
void counters_ask(struct counters *);
/* The peer to ask where only the parent may ask the kernel, and its answer: 0,
 * or -1 if it is not the answer to a question. */
void kernel_state_ask(struct peer *parent);
int kernel_state_counts(struct imsg *);

/* Whole seconds since the entry's last packet.  IDLE_UNKNOWN: there is no such
 * entry, or the kernel does not tell.  Takes ten times as long as its counters.
 */
uint32_t kernel_state_idle(const struct wire_key *);

/* 1 when one entry can be looked up; 0: counters_ask() has to read all entries
 * for each key. */
int kernel_state_is_quick(int v6);

/* Calls f for each entry of a family (v6: 0 or 1).  0, or -1 with errno;
 * EOPNOTSUPP: the engine cannot have the list on this system. */
int kernel_state_dump(int v6, void (*f)(const struct kernel_entry *, void *),
    void *);

#endif
