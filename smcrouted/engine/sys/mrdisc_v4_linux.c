/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The IPv4 raw socket of router discovery on Linux.  IP_PKTINFO tells the
 * interface of a packet and chooses it for sending, which needs no privilege.
 * TTL and router alert are set already.
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

union buffer {
	struct cmsghdr h;
	uint8_t b[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

/* If the source were left open, the kernel might take the address of another
 * interface. */
int
mrdisc_send_v4(int fd, uint32_t ifindex, const void *data, size_t len)
{
	struct in_pktinfo p = { .ipi_ifindex = ifindex };
	union buffer control;
	struct sockaddr_storage ss;
	struct addr src, dst;
	struct iovec iov = { .iov_base = (void *)data, .iov_len = len };
	struct msghdr m = { .msg_name = &ss,
		.msg_namelen = sizeof(struct sockaddr_in),
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control };

	if (ifaddr_source(ifindex, 0, &src) == -1)
		return -1;
	memcpy(&p.ipi_spec_dst, addr_v4(&src), 4);
	memset(&control, 0, sizeof(control));
	cmsg_put(&m, IPPROTO_IP, IP_PKTINFO, &p, sizeof(p));
	addr_from_v4(&dst, ALL_SNOOPERS_V4);
	addr_to_sockaddr(&dst, &ss);
	return sendmsg(fd, &m, 0) == -1 ? -1 : 0;
}

int
mrdisc_receive_v4(int fd, uint32_t *ifindex)
{
	static uint8_t buf[PACKET_MAX];
	struct in_pktinfo p;
	union buffer control;
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	ssize_t n;

	if ((n = recvmsg(fd, &m, 0)) == -1)
		return -1;
	if ((m.msg_flags & MSG_TRUNC) ||
	    cmsg_get(&m, IPPROTO_IP, IP_PKTINFO, &p, sizeof(p)) == -1)
		return 0;
	*ifindex = p.ipi_ifindex;
	return mrdisc_solicits_v4(buf, n);
}
