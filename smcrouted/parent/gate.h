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

/* A packet read from the kernel's mroute socket to an upcall.
 * 1: one, 0: something else. */
int gate_upcall(int v6, const uint8_t *, size_t len, struct wire_upcall *);

#endif
