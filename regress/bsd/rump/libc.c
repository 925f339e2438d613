/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What NetBSD's library has, besides system calls, and the library beneath has
 * not or has with other numbers.  A function bsd_NAME is called for NAME.
 */
#include <sys/param.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <errno.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int *__errno_location(void);
int __sysctl(const int *, unsigned int, void *, size_t *, const void *, size_t);

int *
bsd___errno(void)
{
	return __errno_location();
}

long
bsd_sysconf(int name)
{
	return name == _SC_PAGESIZE ? 4096 : 1 << 18;
}

/* sched_yield(2) */
int
bsd___libc_thr_yield(void)
{
	return 0;
}

ssize_t
bsd_recv(int fd, void *p, size_t len, int flags)
{
	return recvfrom(fd, p, len, flags, NULL, NULL);
}

ssize_t
bsd_send(int fd, const void *p, size_t len, int flags)
{
	return sendto(fd, p, len, flags, NULL, 0);
}

int
bsd_sysctl(const int *mib, unsigned int n, void *old, size_t *oldlen,
    const void *new, size_t newlen)
{
	return __sysctl(mib, n, old, oldlen, new, newlen);
}

unsigned int
bsd_if_nametoindex(const char *name)
{
	struct ifreq r = { 0 };
	int rc, fd = socket(AF_INET, SOCK_DGRAM, 0);

	strncpy(r.ifr_name, name, sizeof(r.ifr_name) - 1);
	rc = ioctl(fd, SIOCGIFINDEX, &r);
	close(fd);
	return rc == -1 ? 0 : r.ifr_index;
}

struct list {
	struct ifaddrs *first, **end;
	/* of the last interface: */
	char name[IFNAMSIZ];
	unsigned int flags;
	struct if_data data;
	int failed;
};

static void
append(struct list *l, const struct sockaddr *sa)
{
	struct {
		struct ifaddrs i;
		struct sockaddr_storage ss;
		char name[IFNAMSIZ];
		struct if_data data;
	} *e = calloc(1, sizeof(*e));

	if (e == NULL) {
		l->failed = 1;
		return;
	}
	memcpy(e->name, l->name, sizeof(e->name));
	memcpy(&e->ss, sa, sa->sa_len);
	e->data = l->data;
	e->i.ifa_name = e->name;
	e->i.ifa_flags = l->flags;
	e->i.ifa_addr = (struct sockaddr *)&e->ss;
	e->i.ifa_data = sa->sa_family == AF_LINK ? &e->data : NULL;
	*l->end = &e->i;
	l->end = &e->i.ifa_next;
}

static void
read_link(struct list *l, const char *p)
{
	const struct if_msghdr *m = (const void *)p;
	const struct sockaddr_dl *sdl = (const void *)(m + 1);

	memset(l->name, 0, sizeof(l->name));
	memcpy(l->name, sdl->sdl_data, sdl->sdl_nlen);
	l->flags = m->ifm_flags;
	l->data = m->ifm_data;
}

/* One of them is the interface's address of AF_LINK. */
static void
read_addr(struct list *l, const char *p)
{
	const struct ifa_msghdr *m = (const void *)p;
	const char *sa = (const char *)(m + 1);
	int i;

	for (i = 0; i < RTAX_MAX; i++) {
		if ((m->ifam_addrs & (1 << i)) == 0)
			continue;
		if (i == RTAX_IFA)
			append(l, (const void *)sa);
		sa += RT_ROUNDUP(((const struct sockaddr *)sa)->sa_len);
	}
}

int
bsd_getifaddrs(struct ifaddrs **all)
{
	int mib[] = { CTL_NET, PF_ROUTE, 0, 0, NET_RT_IFLIST, 0 };
	static uint64_t buf[1 << 17];
	struct list l = { .first = NULL };
	size_t len = sizeof(buf);
	const struct rt_msghdr *m;
	const char *p;

	l.end = &l.first;
	if (__sysctl(mib, 6, buf, &len, NULL, 0) == -1)
		return -1;
	for (p = (char *)buf; p < (char *)buf + len; p += m->rtm_msglen) {
		m = (const void *)p;
		if (m->rtm_type == RTM_IFINFO)
			read_link(&l, p);
		if (m->rtm_type == RTM_NEWADDR)
			read_addr(&l, p);
	}
	*all = l.first;
	errno = ENOMEM;
	return l.failed ? -1 : 0;
}

void
bsd_freeifaddrs(struct ifaddrs *i)
{
	struct ifaddrs *next;

	for (; i != NULL; i = next) {
		next = i->ifa_next;
		free(i);
	}
}
