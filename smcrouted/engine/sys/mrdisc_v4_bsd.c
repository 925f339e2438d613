/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The IPv4 raw socket of router discovery on the BSDs, which is connected to
 * all snoopers.  Nothing comes to it: these kernels drop solicitations, which
 * are shorter than other IGMP messages.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <string.h>

#include "ifaddr.h"
#include "engine/lib/mrdisc_packet.h"
#include "mrdisc_sock.h"

#define HEAD 24 /* bytes of an IPv4 header with router alert */

#ifdef __NetBSD__ /* wants the length in host order */
#define LENGTH(n) ((uint16_t)(n))
#else
#define LENGTH(n) htons(n)
#endif

/* Writes the header of a packet of len bytes with TTL 1 and the router alert
 * option.  The kernel fills in identification and checksum. */
static void
put_header(uint8_t *p, size_t len, const struct addr *src)
{
	uint16_t all = LENGTH(len);

	memset(p, 0, HEAD);
	p[0] = 4 << 4 | HEAD / 4;
	memcpy(p + 2, &all, sizeof(all));
	p[8] = 1;
	p[9] = IPPROTO_IGMP;
	memcpy(p + 12, addr_v4(src), 4);
	memcpy(p + 16, ALL_SNOOPERS_V4, 4);
	memcpy(p + 20, "\x94\4\0\0", 4);
}

int
mrdisc_send_v4(int fd, uint32_t ifindex, const void *data, size_t len)
{
	uint8_t p[HEAD + MRDISC_LEN];
	struct addr src;

	if (ifaddr_source(ifindex, 0, &src) == -1 ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, addr_v4(&src), 4) == -1)
		return -1;
	put_header(p, HEAD + len, &src);
	memcpy(p + HEAD, data, len);
	return send(fd, p, HEAD + len, 0) == -1 ? -1 : 0;
}

/* Only an error can come. */
int
mrdisc_receive_v4(int fd, uint32_t *ifindex)
{
	uint8_t c;

	(void)ifindex;
	return recv(fd, &c, sizeof(c), 0) == -1 ? -1 : 0;
}
