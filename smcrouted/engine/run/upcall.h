/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Answers the kernel's reports of packets without an entry, and of packets on a
 * wrong interface.
 */
#ifndef UPCALL_H
#define UPCALL_H

#include "common/wire.h"

void upcall_init(void);
/* Takes an upcall.  0, or -1: the parent has sent more than it may. */
int upcall_take(const struct wire_upcall *);
/* To be called when all upcalls that had come are taken: asks for the counters
 * of flows that were reported on a wrong interface, to judge the reports. */
void upcall_ask(void);
/* To be called after each turn of reconcile: takes upcalls that came before the
 * slots were known, and tells the parent how many upcalls are answered. */
void upcall_turn(void);

#endif
