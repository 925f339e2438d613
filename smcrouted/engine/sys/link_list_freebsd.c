/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The list of interfaces on FreeBSD.  In capability mode there is no sysctl(3)
 * for it, and so no getifaddrs(3); ioctl(2) still tells all.
 */
#include <sys/param.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "link_list.h"

#define UNUSABLE (IN6_IFF_TENTATIVE | IN6_IFF_DUPLICATED | IN6_IFF_DETACHED)

static int fd[2] = { -1, -1 }; /* IPv4, IPv6 */

void
links_open(void)
{
	if (fd[0] != -1)
		return;
	fd[0] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	fd[1] = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd[0] == -1)
		fatal(EX_OSERR, "socket for interfaces");
}

/* Fills in flags and MTU.  0, or -1: the interface is gone. */
static int
ask_link(struct link *l)
{
	struct ifreq r;

	memset(&r, 0, sizeof(r));
	strlcpy(r.ifr_name, l->name, sizeof(r.ifr_name));
	if (ioctl(fd[0], SIOCGIFFLAGS, &r) == -1)
		return -1;
	l->flags = (r.ifr_flags & 0xffff) | (unsigned int)r.ifr_flagshigh << 16;
	if (ioctl(fd[0], SIOCGIFMTU, &r) == -1)
		return -1;
	l->mtu = r.ifr_mtu;
	return 0;
}

static int
is_usable_v6(const char *name, const struct sockaddr_in6 *sin6)
{
	struct in6_ifreq r;

	memset(&r, 0, sizeof(r));
	strlcpy(r.ifr_name, name, sizeof(r.ifr_name));
	r.ifr_addr = *sin6;
	return fd[1] != -1 && ioctl(fd[1], SIOCGIFAFLAG_IN6, &r) == 0 &&
	    (r.ifr_ifru.ifru_flags6 & UNUSABLE) == 0;
}

/* The kernel keeps the number of the zone in bytes 2 and 3 of a link-local
 * address. */
static void
tell_v6(const struct links_reader *r, uint32_t ifindex, const char *name,
    const struct sockaddr_in6 *sin6)
{
	struct in6_addr in6 = sin6->sin6_addr;
	struct addr a;

	if (!is_usable_v6(name, sin6))
		return;
	if (IN6_IS_ADDR_LINKLOCAL(&in6))
		in6.s6_addr[2] = in6.s6_addr[3] = 0;
	addr_from_v6(&a, &in6);
	r->addr(ifindex, &a, r->arg);
}

/* One record of the list: the link itself comes before its addresses. */
static void
tell(const struct links_reader *r, const struct ifreq *ifr, struct link *l)
{
	const struct sockaddr *sa = &ifr->ifr_addr;
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;
	struct addr a;

	if (sa->sa_family == AF_LINK) {
		memset(l, 0, sizeof(*l));
		strlcpy(l->name, ifr->ifr_name, sizeof(l->name));
		l->ifindex = ((const struct sockaddr_dl *)sa)->sdl_index;
		if (r->link != NULL && ask_link(l) == 0)
			r->link(l, r->arg);
	} else if (r->addr == NULL || strcmp(l->name, ifr->ifr_name) != 0) {
		return;
	} else if (sa->sa_family == AF_INET) {
		memcpy(&sin, sa, sizeof(sin));
		addr_from_v4(&a, &sin.sin_addr);
		r->addr(l->ifindex, &a, r->arg);
	} else if (sa->sa_family == AF_INET6) {
		memcpy(&sin6, sa, sizeof(sin6));
		tell_v6(r, l->ifindex, l->name, &sin6);
	}
}

/* Gets the whole list; the caller frees it.  NULL with errno. */
static char *
get_list(size_t *len)
{
	struct ifconf c;
	size_t size;
	char *buf;

	for (size = 16384;; size *= 2) {
		if ((buf = calloc(1, size)) == NULL)
			return NULL;
		c.ifc_len = size;
		c.ifc_buf = buf;
		if (ioctl(fd[0], SIOCGIFCONF, &c) == -1) {
			free(buf);
			return NULL;
		}
		/* the kernel leaves out what has no room */
		if ((size_t)c.ifc_len + sizeof(struct ifreq) +
			sizeof(struct sockaddr_dl) <
		    size)
			break;
		free(buf);
	}
	*len = c.ifc_len;
	return buf;
}

int
links_read(const struct links_reader *r)
{
	struct link l = { .ifindex = 0 };
	struct ifreq *ifr;
	size_t at, len, step;
	char *buf = get_list(&len);

	if (buf == NULL)
		return -1;
	for (at = 0; at + sizeof(*ifr) <= len; at += step) {
		ifr = (struct ifreq *)(void *)(buf + at);
		step = IFNAMSIZ +
		    MAX(sizeof(struct sockaddr), (size_t)ifr->ifr_addr.sa_len);
		tell(r, ifr, &l);
	}
	free(buf);
	return 0;
}
