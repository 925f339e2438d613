/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Raw sockets for multicast router discovery.  One file per system.
 */
#ifndef RAWSOCK_H
#define RAWSOCK_H

/*
 * A non-blocking socket for IGMP (v6: 0) or ICMPv6 (1): what is sent has TTL 1
 * and the router alert option and does not come back; what is received are
 * solicitations, with the interface (IP_PKTINFO, IPV6_PKTINFO) and the hop
 * limit (IPV6_HOPLIMIT).  Who holds it needs no rights, and could send any
 * other message of that protocol.  -1: there is none to be had.
 */
int rawsock_open(int v6);

#endif
