/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * How Linux is set up for interfaces, by rtnetlink: /proc is out of sight.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "netconf.h"
#include "netlink.h"

struct reader {
	void (*f)(uint32_t, unsigned int, void *);
	void *arg;
	int all_strict;
};

/* The n-th number of an array; -1: it has not so many. */
static int32_t
number(const struct nlbytes *array, size_t n)
{
	int32_t value;

	if (array->len / sizeof(value) <= n)
		return -1;
	memcpy(&value, array->p + n * sizeof(value), sizeof(value));
	return value;
}

/* The settings of IPv4 are counted from 1. */
static unsigned int
read_v4(struct nlbytes body, int all_strict)
{
	struct nlbytes value;
	unsigned int type, bits = 0;
	int32_t rp;

	while (nl_attr(&body, &type, &value)) {
		if (type != IFLA_INET_CONF)
			continue;
		if (number(&value, IPV4_DEVCONF_FORWARDING - 1) == 0)
			bits |= NETCONF_NO_FORWARD4;
		if (number(&value, IPV4_DEVCONF_MC_FORWARDING - 1) == 0)
			bits |= NETCONF_NO_MC4;
		/* 2 is loose, and the greater of both holds */
		rp = number(&value, IPV4_DEVCONF_RP_FILTER - 1);
		if (rp == 1 || (rp == 0 && all_strict))
			bits |= NETCONF_STRICT;
	}
	return bits;
}

static unsigned int
read_v6(struct nlbytes body)
{
	struct nlbytes value;
	unsigned int type, bits = 0;

	while (nl_attr(&body, &type, &value)) {
		if (type != IFLA_INET6_CONF)
			continue;
		if (number(&value, DEVCONF_FORWARDING) == 0)
			bits |= NETCONF_NO_FORWARD6;
		if (number(&value, DEVCONF_MC_FORWARDING) == 0)
			bits |= NETCONF_NO_MC6;
		if (number(&value, DEVCONF_DISABLE_IPV6) > 0)
			bits |= NETCONF_NO_IPV6;
	}
	return bits;
}

static void
on_link(unsigned int msg, struct nlbytes body, void *arg)
{
	const struct reader *r = arg;
	struct ifinfomsg ifi;
	struct nlbytes spec, value;
	unsigned int type, family, bits = 0;

	if (msg != RTM_NEWLINK || nl_take(&body, &ifi, sizeof(ifi)) == -1)
		return;
	while (nl_attr(&body, &type, &spec))
		while (type == IFLA_AF_SPEC && nl_attr(&spec, &family, &value))
			bits |= family == AF_INET ?
			    read_v4(value, r->all_strict) :
			    family == AF_INET6 ? read_v6(value) :
						 0;
	r->f(ifi.ifi_index, bits, r->arg);
}

static void
on_all(unsigned int msg, struct nlbytes body, void *arg)
{
	struct netconfmsg n;
	struct nlbytes value;
	unsigned int type;
	int32_t rp;

	if (msg != RTM_NEWNETCONF || nl_take(&body, &n, sizeof(n)) == -1)
		return;
	while (nl_attr(&body, &type, &value))
		if (type == NETCONFA_RP_FILTER &&
		    nl_value(&value, &rp, sizeof(rp)) == 0)
			*(int *)arg = rp == 1;
}

/* 1 when conf.all asks for the strict filter. */
static int
all_is_strict(void)
{
	struct {
		struct nlmsghdr h;
		struct netconfmsg n;
		struct rtattr a __attribute__((aligned(NLMSG_ALIGNTO)));
		int32_t ifindex;
	} m;
	int strict = 0;

	memset(&m, 0, sizeof(m));
	m.h.nlmsg_len = sizeof(m);
	m.h.nlmsg_type = RTM_GETNETCONF;
	m.h.nlmsg_flags = NLM_F_REQUEST;
	m.n.ncm_family = AF_INET;
	m.a.rta_len = RTA_LENGTH(sizeof(m.ifindex));
	m.a.rta_type = NETCONFA_IFINDEX;
	m.ifindex = NETCONFA_IFINDEX_ALL;
	(void)nl_ask(&m.h, on_all, &strict);
	return strict;
}

int
netconf_read(void (*f)(uint32_t, unsigned int, void *), void *arg)
{
	struct {
		struct nlmsghdr h;
		struct ifinfomsg i;
	} m;
	struct reader r = { f, arg, all_is_strict() };

	memset(&m, 0, sizeof(m));
	m.h.nlmsg_len = sizeof(m);
	m.h.nlmsg_type = RTM_GETLINK;
	m.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	return nl_ask(&m.h, on_link, &r);
}

static void
on_way(unsigned int msg, struct nlbytes body, void *arg)
{
	struct rtmsg r;
	struct nlbytes value;
	unsigned int type;

	if (msg != RTM_NEWROUTE || nl_take(&body, &r, sizeof(r)) == -1)
		return;
	while (nl_attr(&body, &type, &value))
		if (type == RTA_OIF)
			(void)nl_value(&value, arg, sizeof(uint32_t));
	if (r.rtm_type == RTN_LOCAL)
		*(uint32_t *)arg = UINT32_MAX;
}

uint32_t
netconf_way_to(const struct addr *a)
{
	struct {
		struct nlmsghdr h;
		struct rtmsg r;
		struct rtattr attr;
		uint8_t dst[16];
	} m;
	int v6 = addr_af(a) == AF_INET6;
	size_t len = v6 ? 16 : 4;
	uint32_t ifindex = 0;

	memset(&m, 0, sizeof(m));
	m.h.nlmsg_len = NLMSG_LENGTH(sizeof(m.r)) + RTA_LENGTH(len);
	m.h.nlmsg_type = RTM_GETROUTE;
	m.h.nlmsg_flags = NLM_F_REQUEST;
	m.r.rtm_family = v6 ? AF_INET6 : AF_INET;
	m.r.rtm_dst_len = 8 * len;
	m.attr.rta_len = RTA_LENGTH(len);
	m.attr.rta_type = RTA_DST;
	memcpy(m.dst, v6 ? (const void *)a->b : addr_v4(a), len);
	(void)nl_ask(&m.h, on_way, &ifindex);
	return ifindex;
}
