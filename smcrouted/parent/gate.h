/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the parent believes of a message: pure functions, no system call.
 */
#ifndef GATE_H
#define GATE_H

#include <stddef.h>
#include "common/wire.h"

/* Slots as bound in the kernel, per family (0: IPv4, 1: IPv6). */
struct gate {
	int have[2];		     /* the kernel has this family */
	uint32_t ifindex[2][MAXVIF]; /* 0: free; VIF_LOST: of none any more */
	uint32_t entries;	     /* of the MFC, as they may be at most */
};

/* Upcalls that an engine was sent and has not TAKEN: a ring. */
struct upcalls {
	uint32_t first; /* the oldest, below UPCALL_CREDIT */
	uint32_t n;	/* UPCALL_CREDIT at most */
	struct wire_upcall u[UPCALL_CREDIT];
};

/* An entry of any verb; one of MFC_DEL is the key of mfc, the rest zero. */
union gate_entry {
	struct wire_vif vif;
	struct wire_mfc mfc;
};

/* Size of an entry of the verb's array, 0: no verb. */
size_t gate_size(uint32_t verb);
/* One entry of any bytes.  1: the verb may be obeyed, 0: it breaks the rules.
 */
int gate_verb(const struct gate *, uint32_t verb, const void *entry);

/* The engine has TAKEN so many.  1: it had them, and they are forgotten, 0: it
 * breaks the rules. */
int gate_taken(struct upcalls *, uint32_t n);
/* How many places of the ring are free, side by side from *at on. */
size_t gate_room(const struct upcalls *, size_t *at);

/*
 * A packet read from the kernel's mroute socket to an upcall.  high4: which
 * bits of byte 11 of one of IPv4 belong to the slot, 0xff or (where that byte
 * is of a checksum) 0.  1: one, 0: something else.
 */
int gate_upcall(int v6, uint8_t high4, const uint8_t *, size_t len,
    struct wire_upcall *);

#endif
