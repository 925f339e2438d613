/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Raw access to interfaces by packet(7), namespaces by setns(2).
 */
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "link.h"

#define RCVBUF (16 << 20)

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

static int
enter(const char *ns)
{
	char path[256];
	int fd;

	if (snprintf(path, sizeof(path), "/run/netns/%s", ns) >=
	    (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	if (setns(fd, CLONE_NEWNET) == -1) {
		close(fd);
		return -1;
	}
	return close(fd);
}

static long
open_here(const char *unused, int type)
{
	struct sockaddr_ll ll;
	int fd, on = 1, size = RCVBUF;

	(void)unused;
	memset(&ll, 0, sizeof(ll));
	ll.sll_family = AF_PACKET;
	ll.sll_protocol = htons((uint16_t)(type != 0 ? type : ETH_P_ALL));
	/* Protocol 0 until it is bound, so nothing is received before all is
	 * set. */
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
		sizeof(on)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ==
		-1 ||
	    bind(fd, (struct sockaddr *)&ll, sizeof(ll)) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Calls f in namespace ns (NULL: ours). */
static long
inside(const char *ns, long (*f)(const char *, int), const char *ifname,
    int type)
{
	long r = -1;
	int home, error;

	if (ns == NULL)
		return f(ifname, type);
	if ((home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)) == -1)
		return -1;
	if (enter(ns) == 0)
		r = f(ifname, type);
	error = errno;
	if (setns(home, CLONE_NEWNET) == -1)
		_exit(70);
	close(home);
	errno = error;
	return r;
}

int
link_open(const char *ns, int type)
{
	return (int)inside(ns, open_here, NULL, type);
}

/* The 12th number of the interface's line: frames it could not send. */
static long
dropped_here(const char *ifname, int unused)
{
	FILE *fp;
	char line[512], name[64];
	long n = 0, v;

	(void)unused;
	if ((fp = fopen("/proc/thread-self/net/dev", "re")) == NULL)
		return 0;
	while (fgets(line, sizeof(line), fp) != NULL)
		if (sscanf(line,
			" %63[^:]: %*s %*s %*s %*s %*s %*s %*s %*s "
			"%*s %*s %*s %ld",
			name, &v) == 2 &&
		    strcmp(name, ifname) == 0)
			n = v;
	fclose(fp);
	return n;
}

unsigned long
link_dropped(const char *ns, const char *ifname)
{
	return (unsigned long)inside(ns, dropped_here, ifname, 0);
}

static int
ask(int fd, unsigned long what, const char *ifname, struct ifreq *ifr)
{
	memset(ifr, 0, sizeof(*ifr));
	if (snprintf(ifr->ifr_name, sizeof(ifr->ifr_name), "%s", ifname) >=
	    (int)sizeof(ifr->ifr_name))
		return -1;
	return ioctl(fd, what, ifr);
}

int
link_index(int fd, const char *ifname)
{
	struct ifreq ifr;

	return ask(fd, SIOCGIFINDEX, ifname, &ifr) == -1 ? 0 : ifr.ifr_ifindex;
}

const char *
link_name(int fd, int ifindex, char *buf)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_ifindex = ifindex;
	if (ioctl(fd, SIOCGIFNAME, &ifr) == -1)
		return "?";
	memcpy(buf, ifr.ifr_name, IF_NAMESIZE);
	return buf;
}

int
link_running(int fd, const char *ifname)
{
	struct ifreq ifr;

	return ask(fd, SIOCGIFFLAGS, ifname, &ifr) != -1 &&
	    (ifr.ifr_flags & IFF_UP) && (ifr.ifr_flags & IFF_RUNNING);
}

int
link_send(int fd, int ifindex, const void *frame, size_t len)
{
	struct sockaddr_ll ll;

	memset(&ll, 0, sizeof(ll));
	ll.sll_family = AF_PACKET;
	ll.sll_ifindex = ifindex;
	for (;;) {
		if (sendto(fd, frame, len, 0, (struct sockaddr *)&ll,
			sizeof(ll)) != -1)
			return 0;
		if (errno != EAGAIN && errno != ENOBUFS && errno != EINTR)
			return -1;
		sched_yield();
	}
}

ssize_t
link_recv(int fd, int *ifindex, void *buf, size_t size)
{
	struct sockaddr_ll ll;
	socklen_t len = sizeof(ll);
	ssize_t n;

	do
		n = recvfrom(fd, buf, size, 0, (struct sockaddr *)&ll, &len);
	while (n == -1 && (errno == EINTR || errno == ENETDOWN));
	if (n == -1)
		return errno == EAGAIN ? 0 : -1;
	*ifindex = ll.sll_ifindex;
	return n;
}

unsigned int
link_lost(int fd)
{
	struct tpacket_stats st;
	socklen_t len = sizeof(st);

	memset(&st, 0, sizeof(st));
	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &st, &len) == -1)
		return 0;
	return st.tp_drops;
}

static cpu_set_t all;

unsigned int
cpu_count(void)
{
	if (sched_getaffinity(0, sizeof(all), &all) == -1)
		return 1;
	return (unsigned int)CPU_COUNT(&all);
}

void
cpu_go(unsigned int n)
{
	cpu_set_t one;
	unsigned int cpu;

	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all) || n-- > 0)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}

void
cpu_anywhere(void)
{
	sched_setaffinity(0, sizeof(all), &all);
}
