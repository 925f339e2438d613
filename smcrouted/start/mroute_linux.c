/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Opens Linux's multicast routing sockets.  The MRT6_ options have the numbers
 * of the MRT_ ones.
 */
#include <sys/socket.h>
#include <netinet/in.h>
#include <linux/filter.h>
#include <linux/icmpv6.h>
#include <linux/mroute.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "service/holder.h"
#include "start.h"

#define RCVBUF	    (1 << 20) /* more makes the kernel's lists longer */
#define UPCALL_SIZE 64

static int
set(int fd, int v6, int opt, const void *arg, socklen_t len)
{
	return setsockopt(fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, opt, arg, len);
}

/* Only upcalls: other hosts' IGMP and ICMPv6 stay out of this process. */
static int
only_upcalls(int fd, int v6)
{
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UPCALL_SIZE),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = 4, .filter = f };
	struct icmp6_filter none;

	memset(&none, 0xff, sizeof(none));
	return v6 ?
	    setsockopt(fd, IPPROTO_ICMPV6, ICMPV6_FILTER, &none, sizeof(none)) :
	    setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog));
}

int
mroute_open(int v6, uint32_t table)
{
	int fd, on = 1, size = RCVBUF, version = v6 ? 6 : 4;
	char who[256];

	fd = socket(v6 ? AF_INET6 : AF_INET,
	    SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    v6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_IGMP);
	if (fd == -1 ||
	    (table != 0 &&
		set(fd, v6, MRT_TABLE, &table, sizeof(table)) == -1) ||
	    set(fd, v6, MRT_INIT, &on, sizeof(on)) == -1) {
		if (errno == EADDRINUSE)
			fatalx(EX_UNAVAILABLE,
			    "IPv%d multicast routing is in use by %s", version,
			    holder(v6, who, sizeof(who)));
		if (errno == EPERM || errno == EACCES)
			fatal(EX_NOPERM, "IPv%d multicast routing", version);
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
		    errno == ENOBUFS)
			fatal(EX_OSERR, "IPv%d multicast routing", version);
		log_notice("no IPv%d multicast routing in this kernel: %s",
		    version, strerror(errno));
		close(fd);
		return -1;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (only_upcalls(fd, v6) == -1)
		fatal(EX_OSERR, "mroute socket filter");
	/* reports of wrong interfaces: any with PIM, else only oifs */
	if (set(fd, v6, MRT_PIM, &on, sizeof(on)) == 0)
		return fd;
	log_notice("kernel without IPv%d PIM: flows that move may go unnoticed",
	    version);
	(void)set(fd, v6, MRT_ASSERT, &on, sizeof(on));
	return fd;
}
