/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Interfaces and addresses of a kernel.
 */
#include <sys/param.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#include <rump/rump.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lan.h"

static int fds[2]; /* for ioctl(2), of each family */

void
lan_boot(void)
{
	if (rump_init() != 0)
		process_fail("rump_init");
	fds[0] = socket(AF_INET, SOCK_DGRAM, 0);
	fds[1] = socket(AF_INET6, SOCK_DGRAM, 0);
	if (fds[0] == -1 || fds[1] == -1)
		process_fail("socket");
	lan_dad(0);
}

static void
name(int n, char *buf)
{
	snprintf(buf, IFNAMSIZ, "shmif%d", n);
}

static void
ask(int v6, unsigned long request, void *arg, const char *what)
{
	if (ioctl(fds[v6], request, arg) == -1)
		process_fail(what);
}

void
lan_create(int n, int lan)
{
	const char *bus = process_bus(lan);
	struct ifreq r = { 0 };
	struct ifdrv d = { .ifd_len = strlen(bus) + 1,
		.ifd_data = (void *)(uintptr_t)bus };

	name(n, r.ifr_name);
	name(n, d.ifd_name);
	ask(0, SIOCIFCREATE, &r, "SIOCIFCREATE");
	ask(0, SIOCSLINKSTR, &d, "SIOCSLINKSTR");
}

void
lan_destroy(int n)
{
	struct ifreq r = { 0 };

	name(n, r.ifr_name);
	ask(0, SIOCIFDESTROY, &r, "SIOCIFDESTROY");
}

void
lan_up(int n, int up)
{
	struct ifreq r = { 0 };

	name(n, r.ifr_name);
	ask(0, SIOCGIFFLAGS, &r, "SIOCGIFFLAGS");
	r.ifr_flags = up ? r.ifr_flags | IFF_UP : r.ifr_flags & ~IFF_UP;
	ask(0, SIOCSIFFLAGS, &r, "SIOCSIFFLAGS");
}

static struct sockaddr_in6
sin6_of(const struct addr *a)
{
	struct sockaddr_in6 sin6 = { .sin6_len = sizeof(sin6),
		.sin6_family = AF_INET6 };

	memcpy(&sin6.sin6_addr, a->b, sizeof(a->b));
	return sin6;
}

static struct sockaddr_in
sin_of(const struct addr *a)
{
	struct sockaddr_in sin = { .sin_len = sizeof(sin),
		.sin_family = AF_INET };

	memcpy(&sin.sin_addr, addr_v4(a), 4);
	return sin;
}

static void
address_v4(int n, const struct addr *a)
{
	struct ifaliasreq r = { 0 };
	struct sockaddr_in sin = sin_of(a);

	name(n, r.ifra_name);
	memcpy(&r.ifra_addr, &sin, sizeof(sin));
	sin.sin_addr.s_addr |= htonl(255);
	memcpy(&r.ifra_broadaddr, &sin, sizeof(sin));
	sin.sin_addr.s_addr = htonl(0xffffff00);
	memcpy(&r.ifra_mask, &sin, sizeof(sin));
	ask(0, SIOCAIFADDR, &r, "SIOCAIFADDR");
}

static void
address_v6(int n, const struct addr *a)
{
	struct in6_aliasreq r = { .ifra_addr = sin6_of(a),
		.ifra_lifetime = { .ia6t_vltime = ND6_INFINITE_LIFETIME,
		    .ia6t_pltime = ND6_INFINITE_LIFETIME } };
	struct addr mask;

	name(n, r.ifra_name);
	memset(&mask, 0xff, sizeof(mask));
	addr_mask(&mask, 112);
	r.ifra_prefixmask = sin6_of(&mask);
	ask(1, SIOCAIFADDR_IN6, &r, "SIOCAIFADDR_IN6");
}

void
lan_address(int v6, int n, int net, int host)
{
	struct addr a = lan_host(v6, net, host);

	if (v6)
		address_v6(n, &a);
	else
		address_v4(n, &a);
}

void
lan_default_route(int add, int n)
{
	struct addr gateway = lan_host(0, n, OUTSIDE), any;
	struct {
		struct rt_msghdr h;
		struct sockaddr_in dst, gateway, mask;
	} m;
	int fd = socket(PF_ROUTE, SOCK_RAW, 0);

	addr_from_v4(&any, "\0\0\0\0");
	memset(&m, 0, sizeof(m));
	m.h.rtm_msglen = sizeof(m);
	m.h.rtm_version = RTM_VERSION;
	m.h.rtm_type = add ? RTM_ADD : RTM_DELETE;
	m.h.rtm_flags = RTF_UP | RTF_GATEWAY;
	m.h.rtm_addrs = RTA_DST | RTA_GATEWAY | RTA_NETMASK;
	m.dst = m.mask = sin_of(&any);
	m.gateway = sin_of(&gateway);
	if (write(fd, &m, sizeof(m)) != sizeof(m))
		process_fail("default route");
	close(fd);
}

void
lan_dad(int count)
{
	int mib[] = { CTL_NET, PF_INET6, IPPROTO_IPV6, IPV6CTL_DAD_COUNT };

	if (sysctl(mib, 4, NULL, NULL, &count, sizeof(count)) == -1)
		process_fail("dad_count");
}

unsigned int
lan_index(int n)
{
	char buf[IFNAMSIZ];

	name(n, buf);
	return if_nametoindex(buf);
}

struct addr
lan_host(int v6, int net, int host)
{
	uint8_t v4[] = { 10, 0, net, host };
	struct addr a = { { 0xfd, [13] = net, [15] = host } };

	if (!v6)
		addr_from_v4(&a, v4);
	return a;
}

struct addr
lan_group(int v6, int n)
{
	uint8_t v4[] = { 225, 0, 0, n };
	struct addr a = { { 0xff, 5, [15] = n } };

	if (!v6)
		addr_from_v4(&a, v4);
	return a;
}

struct sockaddr_storage
lan_sockaddr(const struct addr *a)
{
	struct sockaddr_storage ss;

	addr_to_sockaddr(a, &ss);
	((struct sockaddr_in *)&ss)->sin_port = htons(PORT);
	return ss;
}

void
lan_join(int n, const struct addr *grp)
{
	struct ipv6_mreq r6 = { .ipv6mr_interface = lan_index(n) };
	struct ip_mreq r4;
	int rc, v6 = addr_af(grp) == AF_INET6;
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);

	memcpy(&r6.ipv6mr_multiaddr, grp->b, sizeof(grp->b));
	memcpy(&r4.imr_multiaddr, addr_v4(grp), 4);
	r4.imr_interface.s_addr = htonl(lan_index(n));
	rc = v6 ?
	    setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &r6, sizeof(r6)) :
	    setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &r4, sizeof(r4));
	if (rc == -1)
		process_fail("join");
}
