/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Makes FreeBSD report a membership again: a change of the filter mode of a
 * group causes a report, as on Linux.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "group_report.h"

/* Sets the filter: EXCLUDE with n = 0 means all sources, INCLUDE with n = 1
 * only the one below. */
static int
set_mode(int fd, const struct membership *m, uint32_t mode, uint32_t n)
{
	struct sockaddr_storage grp, any;
	struct prefix p;

	addr_to_sockaddr(&m->grp, &grp);
	/* 0.0.0.0: no host has it, so a report that names it does no harm */
	prefix_any(&p, AF_INET);
	addr_to_sockaddr(&p.a, &any);
	return setsourcefilter(fd, m->ifindex, (struct sockaddr *)&grp,
	    sizeof(struct sockaddr_in), mode, n, &any);
}

int
group_report(int fd, const struct membership *m)
{
	errno = EOPNOTSUPP;
	if (!addr_is_any(&m->src) || set_mode(fd, m, MCAST_INCLUDE, 1) == -1)
		return -1;
	return set_mode(fd, m, MCAST_EXCLUDE, 0);
}
