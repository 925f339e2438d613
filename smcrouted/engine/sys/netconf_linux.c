/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Reads the settings of interfaces on Linux by rtnetlink, since the engine
 * cannot open /proc.
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

struct netconf_call {
	void (*f)(uint32_t, const struct netconf *, void *);
	void *arg;
	int rp_filter_all;
};

/* The n-th number of an array; -1: the array is shorter. */
static int32_t
nth_number(const struct nlbytes *array, size_t n)
{
	int32_t value;

	if (array->len / sizeof(value) <= n)
		return -1;
	memcpy(&value, array->p + n * sizeof(value), sizeof(value));
	return value;
}

/* Linux counts the settings of IPv4 from 1, those of IPv6 from 0. */
static void
read_v4(struct nlbytes body, struct netconf *c)
{
	struct nlbytes value;
	unsigned int type;

	while (nl_attr(&body, &type, &value)) {
		if (type != IFLA_INET_CONF)
			continue;
		if (nth_number(&value, IPV4_DEVCONF_MC_FORWARDING - 1) == 0)
			c->bits |= NETCONF_NO_MC4;
		c->rp_filter = nth_number(&value, IPV4_DEVCONF_RP_FILTER - 1);
	}
}

static void
read_v6(struct nlbytes body, struct netconf *c)
{
	struct nlbytes value;
	unsigned int type;

	while (nl_attr(&body, &type, &value)) {
		if (type != IFLA_INET6_CONF)
			continue;
		if (nth_number(&value, DEVCONF_MC_FORWARDING) == 0)
			c->bits |= NETCONF_NO_MC6;
		if (nth_number(&value, DEVCONF_DISABLE_IPV6) > 0)
			c->bits |= NETCONF_NO_IPV6;
	}
}

static void
on_link(unsigned int msg, struct nlbytes body, void *arg)
{
	const struct netconf_call *r = arg;
	struct netconf c = { .rp_filter_all = r->rp_filter_all };
	struct ifinfomsg ifi;
	struct nlbytes spec, value;
	unsigned int type, family;

	if (msg != RTM_NEWLINK || nl_take(&body, &ifi, sizeof(ifi)) == -1)
		return;
	while (nl_attr(&body, &type, &spec))
		while (
		    type == IFLA_AF_SPEC && nl_attr(&spec, &family, &value)) {
			if (family == AF_INET)
				read_v4(value, &c);
			else if (family == AF_INET6)
				read_v6(value, &c);
		}
	r->f(ifi.ifi_index, &c, r->arg);
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
			*(int *)arg = rp;
}

/* net.ipv4.conf.all.rp_filter */
static int
rp_filter_all(void)
{
	struct {
		struct nlmsghdr h;
		struct netconfmsg n;
		struct rtattr a __attribute__((aligned(NLMSG_ALIGNTO)));
		int32_t ifindex;
	} m;
	int value = 0;

	memset(&m, 0, sizeof(m));
	m.h.nlmsg_len = sizeof(m);
	m.h.nlmsg_type = RTM_GETNETCONF;
	m.h.nlmsg_flags = NLM_F_REQUEST;
	m.n.ncm_family = AF_INET;
	m.a.rta_len = RTA_LENGTH(sizeof(m.ifindex));
	m.a.rta_type = NETCONFA_IFINDEX;
	m.ifindex = NETCONFA_IFINDEX_ALL;
	(void)nl_ask(&m.h, on_all, &value);
	return value;
}

int
netconf_read(void (*f)(uint32_t, const struct netconf *, void *), void *arg)
{
	struct {
		struct nlmsghdr h;
		struct ifinfomsg i;
	} m;
	struct netconf_call r = { f, arg, rp_filter_all() };

	memset(&m, 0, sizeof(m));
	m.h.nlmsg_len = sizeof(m);
	m.h.nlmsg_type = RTM_GETLINK;
	m.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	return nl_ask(&m.h, on_link, &r);
}

static void
on_admitted(unsigned int msg, struct nlbytes body, void *arg)
{
	(void)body;
	if (msg == RTM_NEWROUTE)
		*(int *)arg = 1;
}

/*
 * Asks the kernel how it would route a packet from src to 224.0.0.1 that came
 * in on the interface.  1: it would; 0: it refuses the source.  Other groups
 * must not be asked about: if the group is routed, the kernel takes the
 * question for a packet.
 */
static int
admits(uint32_t ifindex, const void *src)
{
	struct {
		struct nlmsghdr h;
		struct rtmsg r;
		struct rtattr dst_attr;
		uint8_t dst[4];
		struct rtattr src_attr;
		uint8_t src[4];
		struct rtattr iif_attr;
		uint32_t iif;
	} m;
	static const uint8_t all_hosts[4] = { 224, 0, 0, 1 };
	int admitted = 0;

	memset(&m, 0, sizeof(m));
	m.h.nlmsg_len = sizeof(m);
	m.h.nlmsg_type = RTM_GETROUTE;
	m.h.nlmsg_flags = NLM_F_REQUEST;
	m.r.rtm_family = AF_INET;
	m.r.rtm_dst_len = m.r.rtm_src_len = 32;
	m.dst_attr.rta_len = RTA_LENGTH(sizeof(m.dst));
	m.dst_attr.rta_type = RTA_DST;
	memcpy(m.dst, all_hosts, sizeof(m.dst));
	m.src_attr.rta_len = RTA_LENGTH(sizeof(m.src));
	m.src_attr.rta_type = RTA_SRC;
	memcpy(m.src, src, sizeof(m.src));
	m.iif_attr.rta_len = RTA_LENGTH(sizeof(m.iif));
	m.iif_attr.rta_type = RTA_IIF;
	m.iif = ifindex;
	(void)nl_ask(&m.h, on_admitted, &admitted);
	return admitted;
}

/* The kernel may refuse for other reasons, for example because the interface is
 * down.  Then it also refuses the source 0.0.0.0, which passes every source
 * check. */
int
netconf_admits(uint32_t ifindex, const struct addr *src)
{
	static const uint8_t any[4];

	if (admits(ifindex, addr_v4(src)))
		return 1;
	return admits(ifindex, any) ? 0 : -1;
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
