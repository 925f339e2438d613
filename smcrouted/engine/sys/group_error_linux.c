/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Why Linux refuses a join.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <net/if.h>
#include <errno.h>
#include <string.h>

#include "group_member.h"

static int
is_gone(int fd, uint32_t ifindex)
{
	struct ifreq r;

	memset(&r, 0, sizeof(r));
	r.ifr_ifindex = ifindex;
	return ioctl(fd, SIOCGIFNAME, &r) == -1;
}

/* ENODEV also means that the interface does no IPv4, EINVAL that it does no
 * IPv6. */
int
group_member_error(int fd, const struct membership *m, int error)
{
	if (error != ENODEV &&
	    (error != EINVAL || addr_af(&m->grp) != AF_INET6))
		return error;
	return is_gone(fd, m->ifindex) ? ENXIO : EAFNOSUPPORT;
}
