/*
 * Raw sockets for multicast router discovery.  One file per system.
 */
#ifndef RAWSOCK_H
#define RAWSOCK_H

#include <stdint.h>

/*
 * A non-blocking socket for IGMP (v6: 0) or ICMPv6 (1): what is sent has TTL 1
 * and the router alert option and does not come back; what is received are
 * solicitations, with the interface (IP_PKTINFO, IPV6_PKTINFO) and the hop
 * limit (IPV6_HOPLIMIT).  The counters that can be asked of it are those of
 * that multicast table (0: the default one).  Who holds it needs no rights. -1:
 * there is none to be had.
 */
int rawsock_open(int v6, uint32_t table);

#endif
