/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The raw sockets of multicast router discovery.  One file per system.
 */
#ifndef MRDISC_SOCK_H
#define MRDISC_SOCK_H

#include <stddef.h>
#include <stdint.h>

/* Sends a message to the link of an interface, to all snoopers, with an address
 * of that interface as source.  0, or -1 with errno. */
int mrdisc_sock_send(int fd, int v6, uint32_t ifindex, const void *, size_t);

/* Takes in what has come.  1: a valid solicitation, and where; 0: something
 * else; -1: nothing, with errno. */
int mrdisc_sock_recv(int fd, int v6, uint32_t *ifindex);

#endif
