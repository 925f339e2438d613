/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Opens the mroute sockets of FreeBSD, NetBSD and OpenBSD.
 */
#include <sys/param.h>
#include <sys/time.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/icmp6.h>
#include <netinet/ip_mroute.h>
#include <netinet6/ip6_mroute.h>
#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "common/wire.h"
#include "service/holder.h"
#include "start.h"

#ifdef MRT6_PIM
#define WRONG_IFS(v6) ((v6) ? MRT6_PIM : MRT_ASSERT)
#else /* OpenBSD never sends them */
#define WRONG_IFS(v6) MRT_ASSERT
#endif

#ifdef __OpenBSD__ /* writes all slots */
#define NEEDS_LAST_VIF 0
#else
#define NEEDS_LAST_VIF 1
#endif

#define RCVBUF (200 << 10) /* about the most that a system gives */

static int
set(int fd, int v6, int opt, const void *arg, socklen_t len)
{
	return setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, opt, arg, len);
}

/* Only upcalls: other hosts' IGMP and ICMPv6 stay out of this process.  An IPv4
 * socket that is bound to an address gets only packets to that address, and
 * upcalls all the same. */
static int
only_upcalls(int fd, int v6)
{
	struct sockaddr_in sin = { .sin_len = sizeof(sin),
		.sin_family = AF_INET };
	struct icmp6_filter none;

	ICMP6_FILTER_SETBLOCKALL(&none);
	if (v6)
		return setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &none,
		    sizeof(none));
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return bind(fd, (struct sockaddr *)&sin, sizeof(sin));
}

/*
 * Of an IPv4 entry the kernel writes only the slots up to the highest one that
 * has a VIF.  The others stay as they were, in a new entry as the memory was,
 * and are in force as soon as they have a VIF.  So the last slot has one for
 * good, of the loopback interface, which no entry names.
 */
static int
add_last_vif(int fd)
{
	struct vifctl v = { .vifc_vifi = MAXVIF - 1, .vifc_threshold = 255 };

	v.vifc_lcl_addr.s_addr = htonl(INADDR_LOOPBACK);
	return set(fd, 0, MRT_ADD_VIF, &v, sizeof(v));
}

int
mroute_open(int v6, uint32_t table)
{
	int fd, on = 1, size = RCVBUF, version = v6 ? 6 : 4;
	char who[256];

	if (table != 0)
		fatalx(EX_UNAVAILABLE,
		    "this kernel has no multicast routing tables for -t");
	if (forwarding_check(v6) == -1)
		return -1;
	fd = socket(v6 ? AF_INET6 : AF_INET,
	    SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    v6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_IGMP);
	if (fd == -1 ||
	    set(fd, v6, v6 ? MRT6_INIT : MRT_INIT, &on, sizeof(on)) == -1) {
		if (errno == EADDRINUSE)
			fatalx(EX_UNAVAILABLE,
			    "IPv%d multicast routing is in use by %s", version,
			    holder(v6, who, sizeof(who)));
		if (errno == EPERM || errno == EACCES)
			fatal(EX_NOPERM, "IPv%d multicast routing", version);
		log_notice("no IPv%d multicast routing in this kernel: %s",
		    version, strerror(errno));
		if (fd != -1)
			close(fd);
		return -1;
	}
	while (
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) == -1 &&
	    size > 8192)
		size /= 2;
	if (only_upcalls(fd, v6) == -1)
		fatal(EX_OSERR, "mroute socket filter");
	/* reports of wrong interfaces */
	(void)set(fd, v6, WRONG_IFS(v6), &on, sizeof(on));
	if (NEEDS_LAST_VIF && !v6 && add_last_vif(fd) == -1)
		fatal(EX_OSERR, "VIF of the loopback interface");
	return fd;
}
