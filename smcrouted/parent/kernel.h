/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The kernel's multicast routing sockets of both families.  One file per
 * system.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "gate.h"

/* The mroute socket of a family (v6: 0 or 1); -1: the kernel has no such thing.
 */
void kernel_use(int v6, int fd);

/* Does one element of a verb, which the gate has checked, and updates the gate.
 * 0, or an errno.  Deleting what is gone already succeeds. */
int kernel_verb(struct gate *, uint32_t verb, const union gate_entry *);

/* 1 when the kernel still has the slot's VIF; it drops the VIF with its
 * interface. */
int kernel_has_vif(int v6, int slot);

/* Reads waiting upcalls, oldest first, max at most.  If it returns fewer, no
 * more wait. */
size_t kernel_upcalls(int v6, struct wire_upcall *, size_t max);

#endif
