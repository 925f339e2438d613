/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Has Linux report a membership again.
 *
 * It reports by IGMPv3 when the filter mode of a group changes, some
 * milliseconds later and by the mode that the group has then.  So a change of
 * the mode and back makes one report of what there is.  With IGMPv2 nothing is
 * sent: there each query makes the kernel report.  Leaving and joining would
 * say the same by IGMPv3, but a leave by IGMPv2.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "group_report.h"

/* To receive from any source but n (0 or 1), or only from n. */
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
	/* of no host: should it be seen, it means nothing */
	prefix_any(&any, AF_INET);
	addr_to_sockaddr(&any.a, &f.gf_slist[0]);
	return setsockopt(fd, IPPROTO_IP, MCAST_MSFILTER, &f,
	    GROUP_FILTER_SIZE(n));
}

/* For a moment the group is joined for any source. */
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
