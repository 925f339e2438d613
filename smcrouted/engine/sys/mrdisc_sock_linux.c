/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The raw sockets of multicast router discovery on Linux.  IP_PKTINFO and
 * IPV6_PKTINFO tell the interface of a packet and choose it for sending, which
 * needs no privilege.  The parent has set TTL and router alert on the sockets.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <string.h>

#include "ifaddr.h"
#include "engine/lib/mrdisc_packet.h"
#include "mrdisc_sock.h"

#define PACKET_MAX 2048 /* a solicitation is much shorter */

union control {
	struct cmsghdr h;
	uint8_t
	    b[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(int))];
};

/* Makes the only control message of the packet to send. */
static void
put_control(struct msghdr *m, int level, int type, const void *value,
    size_t len)
{
	struct cmsghdr *h = m->msg_control;

	m->msg_controllen = CMSG_SPACE(len);
	h->cmsg_level = level;
	h->cmsg_type = type;
	h->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(h), value, len);
}

/* Chooses the interface and the source of the packet.  If the source were left
 * open, the kernel might take the address of another interface, or for IPv6 one
 * that is not link-local. */
static void
put_source(struct msghdr *m, int v6, uint32_t ifindex, const struct addr *src)
{
	struct in_pktinfo p4 = { .ipi_ifindex = ifindex };
	struct in6_pktinfo p6 = { .ipi6_ifindex = ifindex };

	if (v6) {
		memcpy(&p6.ipi6_addr, src->b, 16);
		put_control(m, IPPROTO_IPV6, IPV6_PKTINFO, &p6, sizeof(p6));
	} else {
		memcpy(&p4.ipi_spec_dst, addr_v4(src), 4);
		put_control(m, IPPROTO_IP, IP_PKTINFO, &p4, sizeof(p4));
	}
}

int
mrdisc_sock_send(int fd, int v6, uint32_t ifindex, const void *data, size_t len)
{
	union control control;
	struct sockaddr_storage ss;
	struct addr src, dst;
	struct iovec iov = { .iov_base = (void *)data, .iov_len = len };
	struct msghdr m = { .msg_name = &ss,
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control };

	if (ifaddr_source(ifindex, v6, &src) == -1)
		return -1;
	memset(&control, 0, sizeof(control));
	put_source(&m, v6, ifindex, &src);
	if (v6)
		addr_from_v6(&dst, ALL_SNOOPERS_V6);
	else
		addr_from_v4(&dst, ALL_SNOOPERS_V4);
	addr_to_sockaddr(&dst, &ss);
	m.msg_namelen =
	    v6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	return sendmsg(fd, &m, 0) == -1 ? -1 : 0;
}

/* Copies the value of a control message, which must have exactly this size.  0,
 * or -1: there is no such message. */
static int
get_control(struct msghdr *m, int level, int type, void *value, size_t len)
{
	struct cmsghdr *h;

	for (h = CMSG_FIRSTHDR(m); h != NULL; h = CMSG_NXTHDR(m, h))
		if (h->cmsg_level == level && h->cmsg_type == type &&
		    h->cmsg_len == CMSG_LEN(len)) {
			memcpy(value, CMSG_DATA(h), len);
			return 0;
		}
	return -1;
}

static int
is_solicitation_v4(struct msghdr *m, size_t len, uint32_t *ifindex)
{
	struct in_pktinfo p;

	if (get_control(m, IPPROTO_IP, IP_PKTINFO, &p, sizeof(p)) == -1)
		return 0;
	*ifindex = p.ipi_ifindex;
	return mrdisc_solicits_v4(m->msg_iov->iov_base, len);
}

static int
is_solicitation_v6(struct msghdr *m, size_t len, uint32_t *ifindex)
{
	struct in6_pktinfo p;
	struct addr src, dst;
	const struct sockaddr_in6 *from = m->msg_name;
	int hops;

	if (m->msg_namelen < sizeof(*from) ||
	    get_control(m, IPPROTO_IPV6, IPV6_PKTINFO, &p, sizeof(p)) == -1 ||
	    get_control(m, IPPROTO_IPV6, IPV6_HOPLIMIT, &hops, sizeof(hops)) ==
		-1)
		return 0;
	*ifindex = p.ipi6_ifindex;
	addr_from_v6(&src, &from->sin6_addr);
	addr_from_v6(&dst, &p.ipi6_addr);
	return mrdisc_solicits_v6(m->msg_iov->iov_base, len, &src, &dst, hops);
}

int
mrdisc_sock_recv(int fd, int v6, uint32_t *ifindex)
{
	static uint8_t buf[PACKET_MAX];
	union control control;
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
	if (m.msg_flags & MSG_TRUNC)
		return 0;
	return v6 ? is_solicitation_v6(&m, n, ifindex) :
		    is_solicitation_v4(&m, n, ifindex);
}
