/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Joins groups by the older options, which know no sources: NetBSD, OpenBSD.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <errno.h>
#include <string.h>

#include "group_member.h"

#ifdef __NetBSD__
/* Address 0.x.x.x names the interface of that index. */
typedef struct ip_mreq mreq_v4;
#define SET_INTERFACE(r, i) ((r)->imr_interface.s_addr = htonl(i))
#else
typedef struct ip_mreqn mreq_v4;
#define SET_INTERFACE(r, i) ((r)->imr_ifindex = (i))
#endif

static int
ask_v4(int fd, int option, const struct membership *m)
{
	mreq_v4 r;

	memset(&r, 0, sizeof(r));
	memcpy(&r.imr_multiaddr, addr_v4(&m->grp), 4);
	SET_INTERFACE(&r, m->ifindex);
	return setsockopt(fd, IPPROTO_IP, option, &r, sizeof(r));
}

static int
ask_v6(int fd, int option, const struct membership *m)
{
	struct ipv6_mreq r;

	memcpy(&r.ipv6mr_multiaddr, m->grp.b, sizeof(m->grp.b));
	r.ipv6mr_interface = m->ifindex;
	return setsockopt(fd, IPPROTO_IPV6, option, &r, sizeof(r));
}

int
group_member_join(int fd, const struct membership *m)
{
	errno = EOPNOTSUPP;
	if (!addr_is_any(&m->src))
		return -1;
	return addr_af(&m->grp) == AF_INET6 ? ask_v6(fd, IPV6_JOIN_GROUP, m) :
					      ask_v4(fd, IP_ADD_MEMBERSHIP, m);
}

int
group_member_leave(int fd, const struct membership *m)
{
	return addr_af(&m->grp) == AF_INET6 ? ask_v6(fd, IPV6_LEAVE_GROUP, m) :
					      ask_v4(fd, IP_DROP_MEMBERSHIP, m);
}
