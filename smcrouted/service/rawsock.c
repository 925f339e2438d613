/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Opens the raw sockets of multicast router discovery (RFC 4286).
 */
#include <sys/socket.h>
#include <netinet/in.h>
#include <errno.h>
#include <unistd.h>

#include "common/log.h"
#include "rawsock.h"

int
rawsock_open(int v6)
{
	int fd = socket(v6 ? AF_INET6 : AF_INET,
	    SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    v6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_IGMP);

	if (fd != -1 && (v6 ? rawsock_set_v6(fd) : rawsock_set_v4(fd)) == 0)
		return fd;
	if (errno != EOPNOTSUPP)
		log_warn("no IPv%d router discovery", v6 ? 6 : 4);
	if (fd != -1)
		close(fd);
	return -1;
}
