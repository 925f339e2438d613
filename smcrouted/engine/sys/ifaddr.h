/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Addresses of the interfaces, asked for when they are needed.  One file per
 * system.
 */
#ifndef IFADDR_H
#define IFADDR_H

#include <stdint.h>
#include "common/addr.h"

/* Opens what it needs, before the process gives up its last rights; exits on
 * error. */
void ifaddr_open(void);

/*
 * An address of the interface that its packets to the link may have as source:
 * for IPv6 a link-local one that is not still being checked.  0, or -1 with
 * errno; EADDRNOTAVAIL: it has none.
 */
int ifaddr_source(uint32_t ifindex, int v6, struct addr *);

/* Calls f for each IPv4 address with the interface that has it.  0, or -1 with
 * errno. */
int ifaddr_each_v4(void (*f)(uint32_t ifindex, void *), void *);

#endif
