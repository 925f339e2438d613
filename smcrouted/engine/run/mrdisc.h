/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Multicast router discovery, RFC 4286: tells hosts and snooping switches that
 * there is a multicast router on an interface.
 */
#ifndef MRDISC_H
#define MRDISC_H

#include <stdint.h>
#include "engine/have/iface.h"

/* interval: seconds between advertisements, as told in them. */
void mrdisc_init(uint32_t interval);
/* A raw socket for a family (v6: 0 or 1); it is ours now. */
void mrdisc_open(int v6, int fd);
/* Interfaces or their options have changed: begins and ends where it must. */
void mrdisc_update(void);
/* The interface is gone or down: ends without a word, as there is nothing to
 * say it by. */
void mrdisc_forget(uint32_t ifindex);
/* The daemon ends: says so wherever it advertises. */
void mrdisc_end(void);

/* 1 when solicitations are to be heard on the interface, by whoever joins the
 * group of all routers there. */
int mrdisc_wants(const struct iface *, int v6);
/* That group. */
struct addr mrdisc_routers(int v6);

#endif
