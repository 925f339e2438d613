/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Raw sockets for multicast router discovery.
 */
#ifndef RAWSOCK_H
#define RAWSOCK_H

/*
 * A non-blocking socket for IGMP (v6: 0) or ICMPv6 (1): what is sent does not
 * come back; what is received are solicitations, with the interface and the hop
 * limit.  A process that holds it needs no rights, and could send any other
 * message of that protocol.  -1: there is none to be had.
 */
int rawsock_open(int v6);

/* Sets the options of the socket.  0, or -1 with errno.  EOPNOTSUPP: the system
 * has no router discovery for this family.  One file per kind of system. */
int rawsock_set_v4(int fd);
int rawsock_set_v6(int fd);

#endif
