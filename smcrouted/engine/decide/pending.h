/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Tells which lines of the configuration wait for an interface.
 */
#ifndef PENDING_H
#define PENDING_H

#include <stddef.h>
#include "engine/want/config.h"

/* 1 when the line waits: no interface matches it.  A route also waits when its
 * inbound interface, or an outbound interface that it names, has no slot. */
int pending_phyint(const struct phyint *);
int pending_mgroup(const struct mgroup *);
int pending_rule(const struct rule *);

/*
 * Writes one sentence that says how many lines wait and for which interfaces.
 * Where a name looks like a typing error it has a hint, and where the kernel
 * has refused a VIF it says why.  Returns the number of lines; 0: buf is "".
 */
uint32_t pending_note(const struct config *, char *buf, size_t size);

#endif
