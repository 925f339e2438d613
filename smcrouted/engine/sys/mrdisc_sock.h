/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The raw sockets of multicast router discovery.  One file per system.
 */
#ifndef MRDISC_SOCK_H
#define MRDISC_SOCK_H

#include <stddef.h>
#include <stdint.h>

/* Sends a message on the interface's link to the all-snoopers group, with an
 * address of the interface as source.  0, or -1 with errno. */
int mrdisc_sock_send(int fd, int v6, uint32_t ifindex, const void *, size_t);

/* Receives one packet.  1: it is a valid solicitation, which came in on
 * *ifindex; 0: it is something else; -1: there is none, or an error, see
 * errno. */
int mrdisc_sock_recv(int fd, int v6, uint32_t *ifindex);

#endif
