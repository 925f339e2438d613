/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Lists the groups of interfaces on Linux.  rtnetlink has them for IPv6, and
 * since Linux 6.15 for IPv4; before that, /proc/net/igmp has those of IPv4.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <linux/rtnetlink.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "group_list.h"
#include "netlink.h"

struct group_call {
	int v6;
	group_fn *f;
	void *arg;
};

static FILE *igmp; /* /proc/net/igmp */

int
group_list_parse(struct nlbytes body, int v6, uint32_t *ifindex,
    struct addr *grp)
{
	struct ifaddrmsg m;
	struct nlbytes value;
	unsigned int type;
	uint8_t b[16];

	if (nl_take(&body, &m, sizeof(m)) == -1 ||
	    m.ifa_family != (v6 ? AF_INET6 : AF_INET) || m.ifa_index == 0)
		return -1;
	*ifindex = m.ifa_index;
	while (nl_attr(&body, &type, &value)) {
		if (type != IFA_MULTICAST ||
		    nl_value(&value, b, v6 ? 16 : 4) == -1)
			continue;
		if (v6)
			addr_from_v6(grp, b);
		else
			addr_from_v4(grp, b);
		return 0;
	}
	return -1;
}

static void
group_told(unsigned int type, struct nlbytes body, void *arg)
{
	const struct group_call *r = arg;
	struct addr grp;
	uint32_t ifindex;

	if (type == RTM_GETMULTICAST &&
	    group_list_parse(body, r->v6, &ifindex, &grp) == 0)
		r->f(ifindex, &grp, r->arg);
}

/* Parses /proc/net/igmp.  A line that begins with a number is about an
 * interface.  The indented lines below it begin with a group, in hexadecimal
 * digits and host byte order. */
int
group_list_igmp(FILE *file, group_fn *f, void *arg)
{
	struct addr grp;
	char *line = NULL;
	size_t size = 0;
	uint32_t number, ifindex = 0;

	rewind(file);
	while (getline(&line, &size, file) != -1) {
		if (line[0] != '\t') {
			ifindex = strtoul(line, NULL, 10);
			continue;
		}
		number = strtoul(line, NULL, 16);
		addr_from_v4(&grp, &number);
		if (ifindex != 0)
			f(ifindex, &grp, arg);
	}
	free(line);
	return ferror(file) ? -1 : 0;
}

void
group_list_prepare(void)
{
	igmp = fopen("/proc/net/igmp", "re");
}

int
group_list(int v6, group_fn *f, void *arg)
{
	struct group_call r = { v6, f, arg };

	if (nl_ask_addresses(RTM_GETMULTICAST, 0, v6, group_told, &r) == 0)
		return 0;
	if (errno != EOPNOTSUPP || v6 || igmp == NULL)
		return -1;
	return group_list_igmp(igmp, f, arg);
}
