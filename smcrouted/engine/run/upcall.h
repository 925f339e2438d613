/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Answers the kernel's reports of packets without an entry, and of packets on a
 * wrong interface.
 */
#ifndef UPCALL_H
#define UPCALL_H

#include "common/wire.h"

void upcall_init(void);
void upcall_take(const struct wire_upcall *);

#endif
