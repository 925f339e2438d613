/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The IPv6 raw socket of router discovery, by the options of RFC 3542.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/icmp6.h>
#include <stdint.h>
#include <string.h>

#include "rawsock.h"

#define ICMP6_SOLICITATION 152

static int
set_int(int fd, int opt, int value)
{
	return setsockopt(fd, IPPROTO_IPV6, opt, &value, sizeof(value));
}

/* The router alert option is sticky: only a privileged process may set it, any
 * may send it. */
int
rawsock_set_v6(int fd)
{
	static const uint8_t alert[] = { 0, 0, 5, 2, 0, 0, 1, 0 };
	struct icmp6_filter filter;

	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ICMP6_SOLICITATION, &filter);
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_HOPOPTS, alert, sizeof(alert)) ==
		-1 ||
	    set_int(fd, IPV6_MULTICAST_HOPS, 1) == -1 ||
	    set_int(fd, IPV6_MULTICAST_LOOP, 0) == -1 ||
	    set_int(fd, IPV6_RECVHOPLIMIT, 1) == -1 ||
	    set_int(fd, IPV6_RECVPKTINFO, 1) == -1)
		return -1;
	return setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter,
	    sizeof(filter));
}
