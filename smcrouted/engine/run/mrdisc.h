/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Multicast router discovery, RFC 4286: tells hosts and snooping switches that
 * there is a multicast router on an interface.
 */
#ifndef MRDISC_H
#define MRDISC_H

#include <stdint.h>
#include "engine/have/iface.h"

/* interval: seconds between advertisements, which also contain it. */
void mrdisc_init(uint32_t interval);
/* Hands over the raw socket of a family (v6: 0 or 1). */
void mrdisc_open(int v6, int fd);
/* No more will be handed over: logs which family has none. */
void mrdisc_opened(void);
/* To be called when interfaces or their options have changed: begins and ends
 * advertising. */
void mrdisc_update(void);
/* To be called when an interface is gone or down: ends advertising there.  No
 * termination is sent, since nothing can be sent there. */
void mrdisc_forget(uint32_t ifindex);
/* To be called when the daemon ends: sends terminations. */
void mrdisc_end(void);

/* 1 when the engine advertises on the interface, so that the group of
 * solicitations must be joined there. */
int mrdisc_wants(const struct iface *, int v6);
/* The group to which solicitations are sent. */
struct addr mrdisc_routers(int v6);

#endif
