/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Joins groups by the options of RFC 3678, which name the interface by its
 * index: Linux, FreeBSD.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <string.h>

#include "group_member.h"

static int
level(const struct membership *m)
{
	return addr_af(&m->grp) == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
}

static int
ask_group(int fd, int option, const struct membership *m)
{
	struct group_req r;

	memset(&r, 0, sizeof(r));
	r.gr_interface = m->ifindex;
	addr_to_sockaddr(&m->grp, &r.gr_group);
	return setsockopt(fd, level(m), option, &r, sizeof(r));
}

static int
ask_source(int fd, int option, const struct membership *m)
{
	struct group_source_req r;

	memset(&r, 0, sizeof(r));
	r.gsr_interface = m->ifindex;
	addr_to_sockaddr(&m->grp, &r.gsr_group);
	addr_to_sockaddr(&m->src, &r.gsr_source);
	return setsockopt(fd, level(m), option, &r, sizeof(r));
}

int
group_member_join(int fd, const struct membership *m)
{
	if (addr_is_any(&m->src))
		return ask_group(fd, MCAST_JOIN_GROUP, m);
	return ask_source(fd, MCAST_JOIN_SOURCE_GROUP, m);
}

int
group_member_leave(int fd, const struct membership *m)
{
	if (addr_is_any(&m->src))
		return ask_group(fd, MCAST_LEAVE_GROUP, m);
	return ask_source(fd, MCAST_LEAVE_SOURCE_GROUP, m);
}
