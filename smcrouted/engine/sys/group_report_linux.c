/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Makes Linux report a membership again.
 *
 * With IGMPv3 Linux sends a report when the filter mode of a group changes.  It
 * sends it some milliseconds later, with the mode that the group has by then.
 * So changing the mode and changing it back makes one report of the present
 * state.  With IGMPv2 nothing is sent, but there every query makes the kernel
 * report.  Leaving and joining the group would do the same with IGMPv3, but
 * with IGMPv2 it would send a leave.
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
	struct group_filter f;
	struct prefix any;

	memset(&f, 0, sizeof(f));
	f.gf_interface = m->ifindex;
	addr_to_sockaddr(&m->grp, &f.gf_group);
	f.gf_fmode = mode;
	f.gf_numsrc = n;
	/* 0.0.0.0: no host has it, so a report that names it does no harm */
	prefix_any(&any, AF_INET);
	addr_to_sockaddr(&any.a, &f.gf_slist[0]);
	return setsockopt(fd, IPPROTO_IP, MCAST_MSFILTER, &f,
	    GROUP_FILTER_SIZE(n));
}

/* For a membership of one source: another socket joins all sources for a
 * moment, which changes the mode of the group and changes it back. */
static int
join_all(const struct membership *m)
{
	struct group_req r;
	int fd, rc, saved;

	if ((fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	memset(&r, 0, sizeof(r));
	r.gr_interface = m->ifindex;
	addr_to_sockaddr(&m->grp, &r.gr_group);
	rc = setsockopt(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &r, sizeof(r));
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

int
group_report(int fd, const struct membership *m)
{
	if (!addr_is_any(&m->src))
		return join_all(m);
	if (set_mode(fd, m, MCAST_INCLUDE, 1) == -1)
		return -1;
	return set_mode(fd, m, MCAST_EXCLUDE, 0);
}
