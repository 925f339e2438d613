/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Acts on raw sockets that a process holds: messages that other machines would
 * believe.
 */
#include <sys/socket.h>
#include <netinet/icmp6.h>
#include <netinet/igmp.h>
#include <netinet/in.h>
#include <errno.h>
#include <string.h>

#include "acts.h"

/* 1 when the error only says that the socket is of another kind or family. */
static int
is_another(int error)
{
	return error == ENOTSOCK || error == EISCONN || error == EOPNOTSUPP ||
	    error == EINVAL || error == EAFNOSUPPORT || error == EDESTADDRREQ ||
	    error == EBADF;
}

/* Sends from any socket that can; a process without one tries to open one. */
static int
send_from_held(int af, int proto, const struct msghdr *m)
{
	int reason = EPERM;
	size_t i;

	if (nheld == 0)
		return socket(af, SOCK_RAW, proto) == -1 ? -1 : 0;
	for (i = 0; i < nheld; i++) {
		/* these would send, but another protocol */
		if (held[i] == counters[0] || held[i] == counters[1])
			continue;
		if (sendmsg(held[i], m, MSG_NOSIGNAL) != -1)
			return 0;
		if (!is_another(errno))
			reason = errno;
	}
	errno = reason;
	return -1;
}

/* Adds a control message that asks for an interface or a hop limit. */
static size_t
add_option(char *buf, int level, int type, const void *value, size_t len)
{
	struct cmsghdr c = { .cmsg_len = CMSG_LEN(len),
		.cmsg_level = level,
		.cmsg_type = type };

	memcpy(buf, &c, sizeof(c));
	memcpy(buf + CMSG_LEN(0), value, len);
	return CMSG_SPACE(len);
}

/* a router advertisement: hosts take their routes and addresses from it */
int
send_router_advertisement(const struct act *a)
{
	struct nd_router_advert ra = { .nd_ra_router_lifetime = htons(1800) };
	struct sockaddr_in6 to = { .sin6_family = AF_INET6 };
	struct in6_pktinfo info = { .ipi6_ifindex = link_index };
	_Alignas(struct cmsghdr) char options[128] = { 0 };
	struct iovec iov = { &ra, sizeof(ra) };
	struct msghdr m = { .msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = options };
	int hops = 255;

	(void)a;
	ra.nd_ra_type = ND_ROUTER_ADVERT;
	memcpy(&to.sin6_addr, "\377\002\0\0\0\0\0\0\0\0\0\0\0\0\0\001", 16);
	m.msg_controllen = add_option(options, IPPROTO_IPV6, IPV6_PKTINFO,
	    &info, sizeof(info));
	m.msg_controllen += add_option(options + m.msg_controllen, IPPROTO_IPV6,
	    IPV6_HOPLIMIT, &hops, sizeof(hops));
	/* the port of a raw socket is its protocol */
	to.sin6_port = htons(IPPROTO_ICMPV6);
	if (counters[1] != -1 && sendmsg(counters[1], &m, MSG_NOSIGNAL) != -1)
		return 0;
	to.sin6_port = 0;
	return send_from_held(AF_INET6, IPPROTO_ICMPV6, &m);
}

/* an IGMP query: the router with the lowest address becomes the querier */
int
send_igmp_query(const struct act *a)
{
	struct igmp query = { .igmp_type = IGMP_MEMBERSHIP_QUERY };
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_ALLHOSTS_GROUP) };
	struct in_pktinfo info = { .ipi_ifindex = link_index };
	_Alignas(struct cmsghdr) char options[64] = { 0 };
	struct iovec iov = { &query, sizeof(query) };
	struct msghdr m = { .msg_name = &to,
		.msg_namelen = sizeof(to),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = options };

	(void)a;
	query.igmp_cksum = htons(0xffff - (IGMP_MEMBERSHIP_QUERY << 8));
	m.msg_controllen =
	    add_option(options, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
	return send_from_held(AF_INET, IPPROTO_IGMP, &m);
}
