/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The raw sockets of multicast router discovery, for IPv4 and for IPv6.  One
 * file per kind of system.
 */
#ifndef MRDISC_SOCK_H
#define MRDISC_SOCK_H

#include <stddef.h>
#include <stdint.h>

/* Send a message on the interface's link to the all-snoopers group, with an
 * address of the interface as source.  0, or -1 with errno. */
int mrdisc_send_v4(int fd, uint32_t ifindex, const void *, size_t);
int mrdisc_send_v6(int fd, uint32_t ifindex, const void *, size_t);

/* Receive one packet.  1: it is a valid solicitation, which came in on
 * *ifindex; 0: it is something else; -1: there is none, or an error, see
 * errno. */
int mrdisc_receive_v4(int fd, uint32_t *ifindex);
int mrdisc_receive_v6(int fd, uint32_t *ifindex);

#endif
