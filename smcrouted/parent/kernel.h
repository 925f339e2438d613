/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The kernel's multicast routing sockets of both families.  v6: 0 or 1.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "common/peer.h"
#include "gate.h"

/* The mroute socket of a family; -1: the kernel has no such thing. */
void kernel_use(int v6, int fd);

/* Does one element of a verb, which the gate has checked, and updates the gate.
 * 0, or an errno.  Deleting what is gone already succeeds. */
int kernel_verb(struct gate *, uint32_t verb, const union gate_entry *);

/* Reads waiting upcalls, oldest first, max at most.  If it returns fewer, no
 * more wait. */
size_t kernel_upcalls(int v6, struct wire_upcall *, size_t max);

/* For the files below: the sockets, and setsockopt(2) of one. */
extern int kernel_fd[2];
int kernel_set(int v6, int opt, const void *, socklen_t);

/* One file per system: */

/* Adds (1) or deletes (0).  0, or -1 with errno. */
int kernel_set_vif(int add, const struct wire_vif *);
int kernel_set_mfc(int add, const struct wire_mfc *);

/* 1 when the kernel still has the slot's VIF; it drops the VIF with its
 * interface. */
int kernel_has_vif(int v6, int slot);
/* 1 when the kernel has an entry with this key. */
int kernel_has_mfc(const struct wire_key *);

/* Does a message of the engine that only this system has.  0, or -1: there is
 * no such message. */
int kernel_other(struct peer *, struct imsg *);

extern const uint8_t kernel_slot_high; /* see gate_upcall() */

#endif
