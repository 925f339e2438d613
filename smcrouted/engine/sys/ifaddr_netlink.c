/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Asks Linux for the addresses of interfaces, by rtnetlink.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <linux/rtnetlink.h>
#include <errno.h>

#include "ifaddr.h"
#include "netlink.h"

struct address_search {
	uint32_t ifindex;
	int v6;
	struct addr *addr;
	int found;
};

struct each {
	void (*f)(uint32_t, void *);
	void *arg;
};

static int
is_ready(const struct ifaddrmsg *m)
{
	if (m->ifa_flags & IFA_F_DADFAILED)
		return 0;
	return !(m->ifa_flags & IFA_F_TENTATIVE) ||
	    m->ifa_flags & IFA_F_OPTIMISTIC;
}

int
ifaddr_parse(struct nlbytes body, uint32_t ifindex, int v6, struct addr *addr)
{
	struct ifaddrmsg m;
	struct nlbytes value;
	unsigned int type;
	uint8_t b[16];
	int local = 0, any = 0;

	if (nl_take(&body, &m, sizeof(m)) == -1 || m.ifa_index != ifindex ||
	    m.ifa_family != (v6 ? AF_INET6 : AF_INET) || !is_ready(&m))
		return -1;
	while (nl_attr(&body, &type, &value)) {
		/* if there are both, IFA_ADDRESS is that of the other end */
		if (type != IFA_LOCAL && (type != IFA_ADDRESS || local))
			continue;
		if (nl_value(&value, b, v6 ? 16 : 4) == -1)
			continue;
		any = 1;
		local = type == IFA_LOCAL;
	}
	if (!any || (v6 && (b[0] != 0xfe || (b[1] & 0xc0) != 0x80)))
		return -1;
	if (v6)
		addr_from_v6(addr, b);
	else
		addr_from_v4(addr, b);
	return 0;
}

/* Takes the first address: the kernel would choose that one, too. */
static void
address_told(unsigned int type, struct nlbytes body, void *arg)
{
	struct address_search *s = arg;

	if (type == RTM_NEWADDR && !s->found &&
	    ifaddr_parse(body, s->ifindex, s->v6, s->addr) == 0)
		s->found = 1;
}

void
ifaddr_open(void)
{
	nl_open();
}

int
ifaddr_source(uint32_t ifindex, int v6, struct addr *addr)
{
	struct address_search s = { ifindex, v6, addr, 0 };

	if (nl_ask_addresses(RTM_GETADDR, ifindex, v6, address_told, &s) == -1)
		return -1;
	errno = EADDRNOTAVAIL;
	return s.found ? 0 : -1;
}

static void
owner_told(unsigned int type, struct nlbytes body, void *arg)
{
	const struct each *e = arg;
	struct ifaddrmsg m;

	if (type == RTM_NEWADDR && nl_take(&body, &m, sizeof(m)) == 0 &&
	    m.ifa_family == AF_INET)
		e->f(m.ifa_index, e->arg);
}

int
ifaddr_each_v4(void (*f)(uint32_t, void *), void *arg)
{
	struct each e = { f, arg };

	return nl_ask_addresses(RTM_GETADDR, 0, 0, owner_told, &e);
}
