/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The kernel's multicast forwarding, both families.  One file per system.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "gate.h"

/* The mroute socket of a family (v6: 0 or 1); -1: the kernel has no such thing.
 */
void kernel_use(int v6, int fd);

/* Does a checked entry of a verb, and keeps the gate's books.  0, or an errno;
 * what is gone already counts as deleted. */
int kernel_verb(struct gate *, uint32_t verb, const union gate_entry *);

/* 0 when it has dropped the slot's VIF: its interface is gone. */
int kernel_has_vif(int v6, int slot);

/* Upcalls that wait, oldest first, at most max; fewer: there are no more. */
size_t kernel_upcalls(int v6, struct wire_upcall *, size_t max);

#endif
