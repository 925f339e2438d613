/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The list of interfaces on NetBSD and OpenBSD.
 */
#include <sys/param.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <ifaddrs.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "link_list.h"

#define UNUSABLE (IN6_IFF_TENTATIVE | IN6_IFF_DUPLICATED)

static int v6_fd = -1;

void
links_open(void)
{
	if (v6_fd == -1)
		v6_fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static int
is_usable_v6(const char *name, const struct sockaddr_in6 *sin6)
{
	struct in6_ifreq r;

	memset(&r, 0, sizeof(r));
	strlcpy(r.ifr_name, name, sizeof(r.ifr_name));
	r.ifr_addr = *sin6;
	return v6_fd != -1 && ioctl(v6_fd, SIOCGIFAFLAG_IN6, &r) == 0 &&
	    (r.ifr_ifru.ifru_flags6 & UNUSABLE) == 0;
}

static void
tell_link(const struct links_reader *r, const struct ifaddrs *a)
{
	const struct if_data *d = a->ifa_data;
	struct link l = { .flags = a->ifa_flags & 0xffff };

	strlcpy(l.name, a->ifa_name, sizeof(l.name));
	l.ifindex =
	    ((const struct sockaddr_dl *)(const void *)a->ifa_addr)->sdl_index;
	l.mtu = d != NULL ? d->ifi_mtu : 0;
	r->link(&l, r->arg);
}

static void
tell_addr(const struct links_reader *r, const struct ifaddrs *i)
{
	uint32_t ifindex = if_nametoindex(i->ifa_name);
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;
	struct addr a;

	if (i->ifa_addr->sa_family == AF_INET) {
		memcpy(&sin, i->ifa_addr, sizeof(sin));
		addr_from_v4(&a, &sin.sin_addr);
	} else {
		memcpy(&sin6, i->ifa_addr, sizeof(sin6));
		if (!is_usable_v6(i->ifa_name, &sin6))
			return;
		/* some kernels keep the zone in these bytes */
		if (IN6_IS_ADDR_LINKLOCAL(&sin6.sin6_addr))
			sin6.sin6_addr.s6_addr[2] = sin6.sin6_addr.s6_addr[3] =
			    0;
		addr_from_v6(&a, &sin6.sin6_addr);
	}
	r->addr(ifindex, &a, r->arg);
}

int
links_read(const struct links_reader *r)
{
	struct ifaddrs *all, *i;
	int af;

	if (getifaddrs(&all) == -1)
		return -1;
	for (i = all; i != NULL; i = i->ifa_next) {
		af = i->ifa_addr != NULL ? i->ifa_addr->sa_family : AF_UNSPEC;
		if (af == AF_LINK && r->link != NULL)
			tell_link(r, i);
		if ((af == AF_INET || af == AF_INET6) && r->addr != NULL)
			tell_addr(r, i);
	}
	freeifaddrs(all);
	return 0;
}
