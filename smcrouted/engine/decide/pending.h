/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Which lines of the configuration wait for an interface.
 */
#ifndef PENDING_H
#define PENDING_H

#include <stddef.h>
#include "engine/want/config.h"

/* 1 when the line waits: no interface has that name, or a route's inbound or
 * named outbound interface has no slot. */
int pending_phyint(const struct phyint *);
int pending_mgroup(const struct mgroup *);
int pending_rule(const struct rule *);

/*
 * How many lines wait and for what, as one sentence, with hints where a name
 * looks like a typing error.  0: none waits, buf is "".
 */
uint32_t pending_note(const struct config *, char *buf, size_t size);

#endif
