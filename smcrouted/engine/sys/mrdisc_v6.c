/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The IPv6 raw socket of router discovery, by the options of RFC 3542.
 * IPV6_PKTINFO tells the interface of a packet and chooses it for sending,
 * which needs no privilege.  Hop limit and router alert are set already.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <string.h>

#include "cmsg.h"
#include "ifaddr.h"
#include "engine/lib/mrdisc_packet.h"
#include "mrdisc_sock.h"

#define PACKET_MAX 2048 /* a solicitation is much shorter */

/* The shortest message that the kernel sends: NetBSD and OpenBSD want a whole
 * ICMPv6 header, while a termination has half of one.  Receivers ignore the
 * zeros behind it. */
#ifdef __linux__
#define SHORTEST 0
#else
#define SHORTEST 8
#endif

union buffer {
	struct cmsghdr h;
	uint8_t
	    b[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int))];
};

/* The source has to be link-local. */
int
mrdisc_send_v6(int fd, uint32_t ifindex, const void *data, size_t len)
{
	struct in6_pktinfo p = { .ipi6_ifindex = ifindex };
	union buffer control;
	struct sockaddr_storage ss;
	struct addr src, dst;
	uint8_t buf[MRDISC_LEN] = { 0 };
	struct iovec iov = { .iov_base = buf,
		.iov_len = len > SHORTEST ? len : SHORTEST };
	struct msghdr m = { .msg_name = &ss,
		.msg_namelen = sizeof(struct sockaddr_in6),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control };

	if (ifaddr_source(ifindex, 1, &src) == -1)
		return -1;
	memcpy(buf, data, len);
	memcpy(&p.ipi6_addr, src.b, sizeof(src.b));
	memset(&control, 0, sizeof(control));
	cmsg_put(&m, IPPROTO_IPV6, IPV6_PKTINFO, &p, sizeof(p));
	addr_from_v6(&dst, ALL_SNOOPERS_V6);
	addr_to_sockaddr(&dst, &ss);
	return sendmsg(fd, &m, 0) == -1 ? -1 : 0;
}

static int
is_solicitation(struct msghdr *m, size_t len, uint32_t *ifindex)
{
	struct in6_pktinfo p;
	struct addr src, dst;
	const struct sockaddr_in6 *from = m->msg_name;
	int hops;

	if (m->msg_namelen < sizeof(*from) ||
	    cmsg_get(m, IPPROTO_IPV6, IPV6_PKTINFO, &p, sizeof(p)) == -1 ||
	    cmsg_get(m, IPPROTO_IPV6, IPV6_HOPLIMIT, &hops, sizeof(hops)) == -1)
		return 0;
	*ifindex = p.ipi6_ifindex;
	addr_from_v6(&src, &from->sin6_addr);
	addr_from_v6(&dst, &p.ipi6_addr);
	return mrdisc_solicits_v6(m->msg_iov->iov_base, len, &src, &dst, hops);
}

int
mrdisc_receive_v6(int fd, uint32_t *ifindex)
{
	static uint8_t buf[PACKET_MAX];
	union buffer control;
	struct sockaddr_storage from;
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr m = { .msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	ssize_t n;

	if ((n = recvmsg(fd, &m, 0)) == -1)
		return -1;
	return !(m.msg_flags & MSG_TRUNC) && is_solicitation(&m, n, ifindex);
}
