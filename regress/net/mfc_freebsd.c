/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * mfc: the multicast forwarding cache of a FreeBSD kernel.
 *
 *	mfc JAIL 4|6 entries	"SRC GRP PACKETS IIF OIF[/THRESHOLD] ..." a line
 *	mfc JAIL 4|6 unresolved	the number of flows that wait for an answer
 *	mfc JAIL 4|6 vifs	"SLOT IF" a line
 *
 * IPv6 has one table for all jails, and it is read from the kernel's memory.
 */
#include <sys/param.h>
#include <sys/time.h>
#include <sys/jail.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#define _KERNEL /* struct mf6c, mif6_sctl */
#include <netinet/ip_mroute.h>
#include <netinet6/ip6_mroute.h>
#undef _KERNEL
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <jail.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char names[MAXMIFS][IF_NAMESIZE]; /* of the slots */
static int counting;			 /* entries are not printed */
static unsigned int unresolved;		 /* entries that wait for an answer */

static void *
get(const char *name, size_t *len)
{
	void *p;

	if (sysctlbyname(name, NULL, len, NULL, 0) == -1)
		err(1, "%s", name);
	if ((p = calloc(1, *len + 65536)) == NULL)
		err(1, NULL);
	*len += 65536;
	if (sysctlbyname(name, p, len, NULL, 0) == -1)
		err(1, "%s", name);
	return p;
}

static void
name_vifs(void)
{
	struct ifaddrs *all, *a;
	struct vif *v;
	size_t len;
	int i;

	v = get("net.inet.ip.viftable", &len);
	if (getifaddrs(&all) == -1)
		err(1, "getifaddrs");
	for (i = 0; i < MAXVIFS && (size_t)(i + 1) * sizeof(*v) <= len; i++) {
		if (v[i].v_lcl_addr.s_addr == 0)
			continue;
		strlcpy(names[i], "?", sizeof(names[i]));
		for (a = all; a != NULL; a = a->ifa_next)
			if (a->ifa_addr != NULL &&
			    a->ifa_addr->sa_family == AF_INET &&
			    ((struct sockaddr_in *)(void *)a->ifa_addr)
				    ->sin_addr.s_addr == v[i].v_lcl_addr.s_addr)
				strlcpy(names[i], a->ifa_name,
				    sizeof(names[i]));
	}
}

static void
name_mifs(void)
{
	struct mif6_sctl *m;
	size_t len;
	int i;

	m = get("net.inet6.ip6.mif6table", &len);
	for (i = 0; i < MAXMIFS && (size_t)(i + 1) * sizeof(*m) <= len; i++)
		if (m[i].m6_ifp != 0 &&
		    if_indextoname(m[i].m6_ifp, names[i]) == NULL)
			strlcpy(names[i], "?", sizeof(names[i]));
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* ttls: 0 where packets do not go. */
static void
print_entry(int af, const void *src, const void *grp, uint64_t packets,
    unsigned int parent, const uint8_t *ttls)
{
	char s[INET6_ADDRSTRLEN], g[INET6_ADDRSTRLEN];
	char oifs[MAXMIFS][IF_NAMESIZE + 4];
	size_t n = 0, i;

	for (i = 0; i < MAXMIFS; i++) {
		if (names[i][0] == '\0' || ttls[i] == 255)
			continue; /* nothing is sent there */
		if (ttls[i] > 1)
			snprintf(oifs[n++], sizeof(oifs[0]), "%s/%u", names[i],
			    ttls[i]);
		else if (ttls[i] == 1)
			strlcpy(oifs[n++], names[i], sizeof(oifs[0]));
	}
	qsort(oifs, n, sizeof(oifs[0]), by_name);
	printf("%s %s %ju %s", inet_ntop(af, src, s, sizeof(s)),
	    inet_ntop(af, grp, g, sizeof(g)), (uintmax_t)packets,
	    parent < MAXMIFS && names[parent][0] ? names[parent] : "-");
	for (i = 0; i < n; i++)
		printf(" %s", oifs[i]);
	printf("\n");
}

static void
entries_v4(void)
{
	uint8_t ttls[MAXMIFS];
	struct mfc *m;
	size_t len, i;

	m = get("net.inet.ip.mfctable", &len);
	for (i = 0; i < len / sizeof(*m); i++) {
		memset(ttls, 0, sizeof(ttls));
		memcpy(ttls, m[i].mfc_ttls, sizeof(m[i].mfc_ttls));
		if (m[i].mfc_expire != 0)
			unresolved++;
		else if (!counting)
			print_entry(AF_INET, &m[i].mfc_origin,
			    &m[i].mfc_mcastgrp, m[i].mfc_pkt_cnt,
			    m[i].mfc_parent, ttls);
	}
}

static void
entries_v6(int kmem)
{
	struct mf6c *head[MF6CTBLSIZ], *at, m;
	size_t len = sizeof(head), i, s;
	uint8_t ttls[MAXMIFS];

	if (sysctlbyname("net.inet6.ip6.mf6ctable", head, &len, NULL, 0) == -1)
		err(1, "mf6ctable");
	for (i = 0; i < MF6CTBLSIZ; i++)
		for (at = head[i]; at != NULL; at = m.mf6c_next) {
			if (pread(kmem, &m, sizeof(m), (off_t)(uintptr_t)at) !=
			    sizeof(m))
				err(1, "kmem");
			for (s = 0; s < MAXMIFS; s++)
				ttls[s] = IF_ISSET(s, &m.mf6c_ifset) != 0;
			if (m.mf6c_stall != NULL)
				unresolved++;
			else if (!counting)
				print_entry(AF_INET6, &m.mf6c_origin.sin6_addr,
				    &m.mf6c_mcastgrp.sin6_addr, m.mf6c_pkt_cnt,
				    m.mf6c_parent, ttls);
		}
}

int
main(int argc, char *argv[])
{
	int kmem = -1, v6, i;

	if (argc != 4)
		errx(64, "usage: mfc JAIL 4|6 entries|unresolved|vifs");
	v6 = argv[2][0] == '6';
	if (v6 && (kmem = open("/dev/kmem", O_RDONLY)) == -1)
		err(1, "/dev/kmem");
	if (jail_attach(jail_getid(argv[1])) == -1)
		err(1, "%s", argv[1]);
	if (v6)
		name_mifs();
	else
		name_vifs();
	counting = argv[3][0] == 'u';
	if (argv[3][0] == 'v') {
		for (i = 0; i < MAXMIFS; i++)
			if (names[i][0] != '\0')
				printf("%d %s\n", i, names[i]);
	} else if (v6)
		entries_v6(kmem);
	else
		entries_v4();
	if (counting)
		printf("%u\n", unresolved);
	return 0;
}
