/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Checks messages of the engine: pure functions without a system call.
 */
#ifndef GATE_H
#define GATE_H

#include <stddef.h>
#include "common/wire.h"

/* Slots as bound in the kernel, per family (0: IPv4, 1: IPv6). */
struct gate {
	int have[2];		     /* the kernel has this family */
	uint32_t ifindex[2][MAXVIF]; /* 0: free; or VIF_LOST */
	uint32_t entries;	     /* MFC entries, an upper bound */
};

/* A ring of the upcalls that were sent to the engine and are not TAKEN yet. */
struct upcalls {
	uint32_t first; /* place of the oldest, below UPCALL_CREDIT */
	uint32_t n;	/* number, UPCALL_CREDIT at most */
	struct wire_upcall u[UPCALL_CREDIT];
};

/* One element of any verb.  Of MFC_DEL it is mfc.key, and the rest is zero. */
union gate_entry {
	struct wire_vif vif;
	struct wire_mfc mfc;
};

/* The size of one element of the verb; 0: it is no verb. */
size_t gate_size(uint32_t verb);
/* Checks one element, which may be any bytes.  1: the verb may be done, 0: it
 * breaks the rules. */
int gate_verb(const struct gate *, uint32_t verb, const void *entry);

/* The engine has TAKEN n upcalls.  1: they are taken off the ring; 0: it was
 * not sent so many. */
int gate_taken(struct upcalls *, uint32_t n);
/* The number of free places of the ring that lie side by side from *at on. */
size_t gate_room(const struct upcalls *, size_t *at);

/*
 * Makes an upcall of a packet from the kernel's mroute socket.  high4: the bits
 * of byte 11 of an IPv4 report that belong to the slot: 0xff, or 0 where that
 * byte belongs to a checksum.  1: it is an upcall, 0: it is something else.
 */
int gate_upcall(int v6, uint8_t high4, const uint8_t *, size_t len,
    struct wire_upcall *);

#endif
