/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The memberships of an interface as the kernel lists them in /proc.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memberships.h"

static uint32_t ifwanted;

static struct addr
addr(const char *s)
{
	struct prefix p;
	const char *errstr;

	memset(&p, 0, sizeof(p));
	if (prefix_parse(&p, s, &errstr) == -1) {
		fprintf(stderr, "%s: %s\n", s, errstr);
		exit(1);
	}
	return p.a;
}

static void
fail(const char *what)
{
	fprintf(stderr, "memberships: %s\n", what);
	exit(1);
}

void
memberships_add(struct memberships *l, const struct membership *m)
{
	if (l->n == MAX_MEMBERSHIPS)
		fail("too many");
	l->m[l->n++] = *m;
}

static void
hex_addr(struct addr *a, const char *hex)
{
	unsigned int i, b;

	for (i = 0; i < sizeof(a->b); i++) {
		if (sscanf(hex + 2 * i, "%2x", &b) != 1)
			exit(1);
		a->b[i] = b;
	}
}

/* Sources by group, as the kernel has them. */
static void
read_sources4(struct memberships *l)
{
	struct membership m;
	unsigned int ifindex, grp, src;
	unsigned long inc, exc;
	char line[256];
	FILE *f = fopen("/proc/net/mcfilter", "r");
	in_addr_t a;

	memset(&m, 0, sizeof(m));
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%u %*s %x %x %lu %lu", &ifindex, &grp, &src,
			&inc, &exc) != 5 ||
		    ifindex != ifwanted)
			continue;
		if (inc != 1 || exc != 0)
			fail("a source with other than one socket");
		m.ifindex = ifindex;
		a = htonl(grp);
		addr_from_v4(&m.grp, &a);
		a = htonl(src);
		addr_from_v4(&m.src, &a);
		memberships_add(l, &m);
	}
	if (f != NULL)
		fclose(f);
}

static void
read_sources6(struct memberships *l)
{
	struct membership m;
	char line[256], grp[40], src[40];
	unsigned long inc, exc;
	unsigned int ifindex;
	FILE *f = fopen("/proc/net/mcfilter6", "r");

	memset(&m, 0, sizeof(m));
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%u %*s %32s %32s %lu %lu", &ifindex, grp, src,
			&inc, &exc) != 5 ||
		    ifindex != ifwanted)
			continue;
		if (inc != 1 || exc != 0)
			fail("a source with other than one socket");
		m.ifindex = ifindex;
		hex_addr(&m.grp, grp);
		hex_addr(&m.src, src);
		memberships_add(l, &m);
	}
	if (f != NULL)
		fclose(f);
}

static int
has_source(const struct memberships *sources, const struct membership *m)
{
	uint32_t i;

	for (i = 0; i < sources->n; i++)
		if (addr_cmp(&sources->m[i].grp, &m->grp) == 0)
			return 1;
	return 0;
}

/* Groups without sources; those of the system itself are link-local. */
static void
read_groups4(struct memberships *l, const struct memberships *sources)
{
	struct membership m;
	unsigned int ifindex = 0;
	char line[256];
	in_addr_t a;
	int users;
	FILE *f = fopen("/proc/net/igmp", "r");

	memset(&m, 0, sizeof(m));
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (line[0] != '\t') {
			(void)sscanf(line, "%u", &ifindex);
			continue;
		}
		if (ifindex != ifwanted ||
		    sscanf(line, "%x %d", &a, &users) != 2)
			continue;
		m.ifindex = ifindex;
		m.src = addr("0.0.0.0");
		addr_from_v4(&m.grp, &a);
		if (addr_is_linklocal_group(&m.grp) || has_source(sources, &m))
			continue;
		if (users != 1)
			fail("a group with other than one socket");
		memberships_add(l, &m);
	}
	if (f != NULL)
		fclose(f);
}

static void
read_groups6(struct memberships *l, const struct memberships *sources)
{
	struct membership m;
	unsigned int ifindex;
	char line[256], grp[40];
	int users;
	FILE *f = fopen("/proc/net/igmp6", "r");

	memset(&m, 0, sizeof(m));
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%u %*s %32s %d", &ifindex, grp, &users) !=
			3 ||
		    ifindex != ifwanted)
			continue;
		m.ifindex = ifindex;
		m.src = addr("::");
		hex_addr(&m.grp, grp);
		if (addr_is_linklocal_group(&m.grp) || has_source(sources, &m))
			continue;
		if (users != 1)
			fail("a group with other than one socket");
		memberships_add(l, &m);
	}
	if (f != NULL)
		fclose(f);
}

/* /proc/net/mcfilter lists nothing of an interface whose newest group has no
 * source: this becomes the newest one. */
static int
marker(const char *src, const char *grp, int af)
{
	struct group_source_req r;
	struct addr a;
	int fd = socket(af, SOCK_DGRAM, 0);

	memset(&r, 0, sizeof(r));
	r.gsr_interface = ifwanted;
	a = addr(grp);
	addr_to_sockaddr(&a, &r.gsr_group);
	a = addr(src);
	addr_to_sockaddr(&a, &r.gsr_source);
	/* fails where a test forbids it or where there is no interface */
	(void)setsockopt(fd, af == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
	    MCAST_JOIN_SOURCE_GROUP, &r, sizeof(r));
	return fd;
}

static int
is_marker(const struct membership *m)
{
	struct addr v4 = addr("232.255.255.255"), v6 = addr("ff35::9999");

	return addr_cmp(&m->grp, &v4) == 0 || addr_cmp(&m->grp, &v6) == 0;
}

void
memberships_read(uint32_t ifindex, struct memberships *l)
{
	static struct memberships sources;
	int v4, v6;
	uint32_t i;

	ifwanted = ifindex;
	v4 = marker("10.9.9.9", "232.255.255.255", AF_INET);
	v6 = marker("fd99::9", "ff35::9999", AF_INET6);
	sources.n = l->n = 0;
	read_sources4(&sources);
	read_sources6(&sources);
	read_groups4(l, &sources);
	read_groups6(l, &sources);
	close(v6);
	close(v4);
	for (i = 0; i < sources.n; i++)
		if (!is_marker(&sources.m[i]))
			memberships_add(l, &sources.m[i]);
}

static int
compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct membership));
}

void
memberships_sort(struct memberships *l)
{
	qsort(l->m, l->n, sizeof(l->m[0]), compare);
}

int
memberships_same(const struct memberships *a, const struct memberships *b)
{
	return a->n == b->n && memcmp(a->m, b->m, a->n * sizeof(a->m[0])) == 0;
}
