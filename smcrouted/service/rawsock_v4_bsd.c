/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The IPv4 raw socket of router discovery on the BSDs.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <stdint.h>

#include "rawsock.h"

#define ALL_SNOOPERS 0xe000006a /* 224.0.0.106 */

/* The engine makes the IP header itself, because the kernel loses the router
 * alert option that IP_OPTIONS sets.  The socket is connected, because a
 * process in capability mode may send on no other. */
int
rawsock_set_v4(int fd)
{
	struct sockaddr_in to = { .sin_len = sizeof(to),
		.sin_family = AF_INET,
		.sin_addr = { htonl(ALL_SNOOPERS) } };
	uint8_t no = 0;
	int on = 1;

	if (setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &on, sizeof(on)) == -1 ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &no, sizeof(no)) ==
		-1)
		return -1;
	return connect(fd, (struct sockaddr *)&to, sizeof(to));
}
