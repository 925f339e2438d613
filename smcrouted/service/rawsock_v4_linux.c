/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The IPv4 raw socket of router discovery on Linux: what is sent has TTL 1 and
 * the router alert option.
 */
#include <sys/socket.h>
#include <netinet/in.h>
#include <linux/filter.h>
#include <stdint.h>

#include "rawsock.h"

#define IGMP_SOLICITATION 0x31

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

int
rawsock_set_v4(int fd)
{
	static const uint8_t alert[] = { 0x94, 4, 0, 0 };

	if (set(fd, IPPROTO_IP, IP_OPTIONS, alert, sizeof(alert)) == -1 ||
	    set_int(fd, IPPROTO_IP, IP_MULTICAST_TTL, 1) == -1 ||
	    set_int(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0) == -1 ||
	    set_int(fd, IPPROTO_IP, IP_PKTINFO, 1) == -1)
		return -1;
	return only_solicitations(fd);
}
