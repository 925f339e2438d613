/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Asks the kernel for the addresses of interfaces.  One file per system.
 */
#ifndef IFADDR_H
#define IFADDR_H

#include <stdint.h>
#include "common/addr.h"

/* Opens the socket that the other functions need.  To be called before the
 * process gives up its last rights.  Exits on error. */
void ifaddr_open(void);

/*
 * Finds the address that packets to the interface's link have as source.  For
 * IPv6 this is a link-local address whose duplicate check is over.  0, or -1
 * with errno; EADDRNOTAVAIL: the interface has none.
 */
int ifaddr_source(uint32_t ifindex, int v6, struct addr *);

/* Calls f for each IPv4 address, with the index of its interface.  0, or -1
 * with errno. */
int ifaddr_each_v4(void (*f)(uint32_t ifindex, void *), void *);

#endif
