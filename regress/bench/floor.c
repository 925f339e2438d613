/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * floor: what the kernel alone takes for a piece of work.  One process that
 * does the system calls and nothing else; the yardstick of the benchmarks.
 *
 *	floor load 4|6 N	N routes, then waits
 *	floor counters 4|6 N	N routes, reads the counters of all of them,
 *				says "s", the wall clock's seconds, and "cpu"
 *	floor upcalls		answers every new flow, IPv4 and IPv6
 *	floor joins asm|ssm|6 N	joins N groups on in0 and leaves them, says
 *				"join_s", "join_cpu", "leave_s", "leave_cpu"
 *
 * Routes and groups are those that work.py writes down for the daemon.
 */
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <err.h>
#include <linux/mroute.h>
#include <linux/mroute6.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NIFS	4
#define RCVBUF	(1 << 20)
#define BACKLOG 4096 /* upcalls taken in before they are answered */
#define PER4	20   /* igmp_max_memberships */
#define PER6	100  /* cheaper than fewer or more */

static const char *const ifs[NIFS] = { "in0", "out0", "out1", "out2" };

static void
set(int fd, int level, int name, const void *value, size_t len)
{
	if (setsockopt(fd, level, name, value, (socklen_t)len) == -1)
		err(71, "setsockopt %d", name);
}

static unsigned int
index_of(const char *ifname)
{
	unsigned int n = if_nametoindex(ifname);

	if (n == 0)
		err(71, "%s", ifname);
	return n;
}

static int
open4(void)
{
	struct vifctl vc;
	int fd, on = 1, size = RCVBUF;
	vifi_t i;

	if ((fd = socket(AF_INET, SOCK_RAW, IPPROTO_IGMP)) == -1)
		err(71, "socket");
	set(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	set(fd, IPPROTO_IP, MRT_INIT, &on, sizeof(on));
	for (i = 0; i < NIFS; i++) {
		memset(&vc, 0, sizeof(vc));
		vc.vifc_vifi = i;
		vc.vifc_flags = VIFF_USE_IFINDEX;
		vc.vifc_threshold = 1;
		vc.vifc_lcl_ifindex = (int)index_of(ifs[i]);
		set(fd, IPPROTO_IP, MRT_ADD_VIF, &vc, sizeof(vc));
	}
	return fd;
}

static int
open6(void)
{
	struct icmp6_filter none;
	struct mif6ctl mc;
	int fd, on = 1, size = RCVBUF;
	mifi_t i;

	if ((fd = socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6)) == -1)
		err(71, "socket");
	set(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	ICMP6_FILTER_SETBLOCKALL(&none);
	set(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &none, sizeof(none));
	set(fd, IPPROTO_IPV6, MRT6_INIT, &on, sizeof(on));
	for (i = 0; i < NIFS; i++) {
		memset(&mc, 0, sizeof(mc));
		mc.mif6c_mifi = i;
		mc.vifc_threshold = 1;
		mc.mif6c_pifi = (mifi_t)index_of(ifs[i]);
		set(fd, IPPROTO_IPV6, MRT6_ADD_MIF, &mc, sizeof(mc));
	}
	return fd;
}

static void
add4(int fd, uint32_t src, uint32_t grp, unsigned int in, unsigned int out)
{
	struct mfcctl mfc;

	memset(&mfc, 0, sizeof(mfc));
	mfc.mfcc_origin.s_addr = src;
	mfc.mfcc_mcastgrp.s_addr = grp;
	mfc.mfcc_parent = (vifi_t)in;
	mfc.mfcc_ttls[out] = 1;
	set(fd, IPPROTO_IP, MRT_ADD_MFC, &mfc, sizeof(mfc));
}

static void
add6(int fd, const struct in6_addr *src, const struct in6_addr *grp,
    unsigned int in, unsigned int out)
{
	struct mf6cctl mfc;

	memset(&mfc, 0, sizeof(mfc));
	mfc.mf6cc_origin.sin6_family = AF_INET6;
	mfc.mf6cc_origin.sin6_addr = *src;
	mfc.mf6cc_mcastgrp.sin6_family = AF_INET6;
	mfc.mf6cc_mcastgrp.sin6_addr = *grp;
	mfc.mf6cc_parent = (mifi_t)in;
	IF_SET(out, &mfc.mf6cc_ifset);
	set(fd, IPPROTO_IPV6, MRT6_ADD_MFC, &mfc, sizeof(mfc));
}

/* The address i after that one. */
static uint32_t
nth4(uint32_t base, unsigned int i)
{
	return htonl(base + i);
}

static struct in6_addr
nth6(const char *base, unsigned int i)
{
	struct in6_addr a;
	uint32_t low;

	inet_pton(AF_INET6, base, &a);
	memcpy(&low, a.s6_addr + 12, sizeof(low));
	low = htonl(ntohl(low) + i);
	memcpy(a.s6_addr + 12, &low, sizeof(low));
	return a;
}

#define SRC4 0x0a400001 /* 10.64.0.1 */
#define GRP4 0xe8010001 /* 232.1.0.1 */
#define SRC6 "fd00:9::1:0"
#define GRP6 "ff0e:1::1:0"

static int
load(int v6, unsigned int n)
{
	struct in6_addr src, grp;
	unsigned int i;
	int fd = v6 ? open6() : open4();

	for (i = 0; i < n; i++) {
		if (v6) {
			src = nth6(SRC6, i);
			grp = nth6(GRP6, i);
			add6(fd, &src, &grp, i % NIFS, (i + 1) % NIFS);
		} else {
			add4(fd, nth4(SRC4, i), nth4(GRP4, i), i % NIFS,
			    (i + 1) % NIFS);
		}
	}
	return fd;
}

/* What it took since the last call, or if what is NULL, from now on. */
static void
tell(const char *what)
{
	static double wall, cpu;
	struct timespec ts;
	struct rusage ru;
	double w, c;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	getrusage(RUSAGE_SELF, &ru);
	w = (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
	c = (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
	    (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
	if (what != NULL)
		printf("%ss %.6f\n%scpu %.6f\n", what, w - wall, what, c - cpu);
	wall = w;
	cpu = c;
}

static void
counters(int v6, unsigned int n)
{
	struct sioc_sg_req sg;
	struct sioc_sg_req6 sg6;
	unsigned int i;
	int r, fd = load(v6, n);

	memset(&sg6, 0, sizeof(sg6));
	sg6.src.sin6_family = sg6.grp.sin6_family = AF_INET6;
	tell(NULL);
	for (i = 0; i < n; i++) {
		if (v6) {
			sg6.src.sin6_addr = nth6(SRC6, i);
			sg6.grp.sin6_addr = nth6(GRP6, i);
			r = ioctl(fd, SIOCGETSGCNT_IN6, &sg6);
		} else {
			sg.src.s_addr = nth4(SRC4, i);
			sg.grp.s_addr = nth4(GRP4, i);
			r = ioctl(fd, SIOCGETSGCNT, &sg);
		}
		if (r == -1)
			err(71, "SIOCGETSGCNT");
	}
	tell("");
}

/* All that are there are taken in, and the newest answered first: the kernel
 * looks for the waiting flow from that end. */
static void
answer4(int fd)
{
	static struct igmpmsg up[BACKLOG];
	char buf[2048];
	ssize_t len;
	int n = 0;

	while (n < BACKLOG &&
	    (len = recv(fd, buf, sizeof(buf), MSG_DONTWAIT)) != -1) {
		if ((size_t)len < sizeof(up[n]))
			continue;
		memcpy(&up[n], buf, sizeof(up[n]));
		if (up[n].im_mbz == 0 && up[n].im_msgtype == IGMPMSG_NOCACHE)
			n++;
	}
	while (n-- > 0)
		add4(fd, up[n].im_src.s_addr, up[n].im_dst.s_addr, up[n].im_vif,
		    1);
}

static void
answer6(int fd)
{
	static struct mrt6msg up[BACKLOG];
	char buf[2048];
	ssize_t len;
	int n = 0;

	while (n < BACKLOG &&
	    (len = recv(fd, buf, sizeof(buf), MSG_DONTWAIT)) != -1) {
		if ((size_t)len < sizeof(up[n]))
			continue;
		memcpy(&up[n], buf, sizeof(up[n]));
		if (up[n].im6_mbz == 0 && up[n].im6_msgtype == MRT6MSG_NOCACHE)
			n++;
	}
	while (n-- > 0)
		add6(fd, &up[n].im6_src, &up[n].im6_dst, up[n].im6_mif, 1);
}

static void
upcalls(void)
{
	struct pollfd pfd[2];

	pfd[0].fd = open4();
	pfd[1].fd = open6();
	pfd[0].events = pfd[1].events = POLLIN;
	for (;;) {
		if (poll(pfd, 2, -1) == -1)
			err(71, "poll");
		if (pfd[0].revents != 0)
			answer4(pfd[0].fd);
		if (pfd[1].revents != 0)
			answer6(pfd[1].fd);
	}
}

static void
join(int fd, unsigned int ifindex, int v6, int ssm, unsigned int i)
{
	struct group_source_req r;
	struct group_req gr;
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;

	memset(&r, 0, sizeof(r));
	memset(&gr, 0, sizeof(gr));
	memset(&sin, 0, sizeof(sin));
	memset(&sin6, 0, sizeof(sin6));
	r.gsr_interface = gr.gr_interface = ifindex;
	if (v6) {
		sin6.sin6_family = AF_INET6;
		sin6.sin6_addr = nth6(GRP6, i);
		memcpy(&gr.gr_group, &sin6, sizeof(sin6));
		set(fd, IPPROTO_IPV6, MCAST_JOIN_GROUP, &gr, sizeof(gr));
		return;
	}
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = nth4(ssm ? GRP4 : 0xef010000, i);
	memcpy(&gr.gr_group, &sin, sizeof(sin));
	memcpy(&r.gsr_group, &sin, sizeof(sin));
	sin.sin_addr.s_addr = nth4(SRC4, 0);
	memcpy(&r.gsr_source, &sin, sizeof(sin));
	if (ssm)
		set(fd, IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, &r, sizeof(r));
	else
		set(fd, IPPROTO_IP, MCAST_JOIN_GROUP, &gr, sizeof(gr));
}

static void
joins(const char *kind, unsigned int n)
{
	int v6 = strcmp(kind, "6") == 0, ssm = strcmp(kind, "ssm") == 0;
	unsigned int per = v6 ? PER6 : PER4, nfds = 0, i;
	unsigned int ifindex = index_of(ifs[0]);
	int *fds = calloc(n / per + 1, sizeof(*fds));

	if (fds == NULL)
		err(71, NULL);
	tell(NULL);
	for (i = 0; i < n; i++) {
		if (i % per == 0 &&
		    (fds[nfds++] = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM,
			 0)) == -1)
			err(71, "socket");
		join(fds[nfds - 1], ifindex, v6, ssm, i);
	}
	tell("join_");
	while (nfds > 0) /* the interface's list begins with the newest */
		close(fds[--nfds]);
	tell("leave_");
}

int
main(int argc, char *argv[])
{
	struct rlimit rl;
	const char *what = argc > 1 ? argv[1] : "";
	unsigned int n = argc > 3 ? (unsigned int)atoi(argv[3]) : 0;

	getrlimit(RLIMIT_NOFILE, &rl);
	rl.rlim_cur = rl.rlim_max;
	setrlimit(RLIMIT_NOFILE, &rl);
	if (strcmp(what, "load") == 0 && n > 0) {
		load(*argv[2] == '6', n);
		pause();
	} else if (strcmp(what, "counters") == 0 && n > 0) {
		counters(*argv[2] == '6', n);
	} else if (strcmp(what, "joins") == 0 && n > 0) {
		joins(argv[2], n);
	} else if (strcmp(what, "upcalls") == 0) {
		upcalls();
	} else {
		errx(64, "usage: see the top of floor.c");
	}
	return 0;
}
