/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Raw sockets for multicast router discovery (RFC 4286) on Linux.
 */
#include <sys/socket.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <linux/filter.h>
#include <stdint.h>
#include <unistd.h>

#include "common/log.h"
#include "rawsock.h"

#define IGMP_SOLICITATION  0x31
#define ICMP6_SOLICITATION 152

static int
set(int fd, int level, int opt, const void *value, socklen_t len)
{
	return setsockopt(fd, level, opt, value, len);
}

static int
set_int(int fd, int level, int opt, int value)
{
	return set(fd, level, opt, &value, sizeof(value));
}

/* Behind the IP header, whose length is in its first byte. */
static int
only_solicitations(int fd)
{
	struct sock_filter f[] = {
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IGMP_SOLICITATION, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = 5, .filter = f };

	if (set(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) == -1)
		return -1;
	return set_int(fd, SOL_SOCKET, SO_LOCK_FILTER, 1);
}

static int
prepare_v4(int fd)
{
	static const uint8_t alert[] = { 0x94, 4, 0, 0 };

	if (set(fd, IPPROTO_IP, IP_OPTIONS, alert, sizeof(alert)) == -1 ||
	    set_int(fd, IPPROTO_IP, IP_MULTICAST_TTL, 1) == -1 ||
	    set_int(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0) == -1 ||
	    set_int(fd, IPPROTO_IP, IP_PKTINFO, 1) == -1)
		return -1;
	return only_solicitations(fd);
}

/* A sticky option: only a privileged process may set it, any may send it. */
static int
prepare_v6(int fd)
{
	static const uint8_t alert[] = { 0, 0, 5, 2, 0, 0, 1, 0 };
	struct icmp6_filter filter;

	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ICMP6_SOLICITATION, &filter);
	if (set(fd, IPPROTO_IPV6, IPV6_HOPOPTS, alert, sizeof(alert)) == -1 ||
	    set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 1) == -1 ||
	    set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) == -1 ||
	    set_int(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) == -1 ||
	    set_int(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) == -1)
		return -1;
	return set(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter));
}

int
rawsock_open(int v6)
{
	int fd = socket(v6 ? AF_INET6 : AF_INET,
	    SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    v6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_IGMP);

	if (fd != -1 && (v6 ? prepare_v6(fd) : prepare_v4(fd)) == 0)
		return fd;
	log_warn("no IPv%d router discovery", v6 ? 6 : 4);
	if (fd != -1)
		close(fd);
	return -1;
}
