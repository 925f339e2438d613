/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The groups of interfaces on Linux, by rtnetlink: those of IPv6 by all
 * kernels, those of IPv4 by new ones (6.15).
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <linux/rtnetlink.h>
#include <errno.h>

#include "group_list.h"
#include "netlink.h"

struct reader {
	int v6;
	void (*f)(uint32_t, const struct addr *, void *);
	void *arg;
};

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
	const struct reader *r = arg;
	struct addr grp;
	uint32_t ifindex;

	if (type == RTM_GETMULTICAST &&
	    group_list_parse(body, r->v6, &ifindex, &grp) == 0)
		r->f(ifindex, &grp, r->arg);
}

int
group_list(int v6, void (*f)(uint32_t, const struct addr *, void *), void *arg)
{
	struct reader r = { v6, f, arg };
	struct {
		struct nlmsghdr h;
		struct ifaddrmsg a;
	} m;

	memset(&m, 0, sizeof(m));
	m.h.nlmsg_len = sizeof(m);
	m.h.nlmsg_type = RTM_GETMULTICAST;
	m.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	m.a.ifa_family = v6 ? AF_INET6 : AF_INET;
	return nl_ask(&m.h, group_told, &r);
}
