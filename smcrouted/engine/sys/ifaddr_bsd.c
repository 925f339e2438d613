/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Addresses of interfaces on the BSDs.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <errno.h>

#include "ifaddr.h"
#include "link_list.h"

struct search {
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
is_link_local(const struct addr *a)
{
	return a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
}

static void
search(uint32_t ifindex, const struct addr *a, void *arg)
{
	struct search *s = arg;

	if (s->found || ifindex != s->ifindex || addr_is_any(a) ||
	    (addr_af(a) == AF_INET6) != s->v6 || (s->v6 && !is_link_local(a)))
		return;
	*s->addr = *a;
	s->found = 1;
}

void
ifaddr_open(void)
{
	links_open();
}

int
ifaddr_source(uint32_t ifindex, int v6, struct addr *addr)
{
	struct search s = { ifindex, v6, addr, 0 };
	struct links_reader r = { NULL, search, &s };

	if (links_read(&r) == -1)
		return -1;
	errno = EADDRNOTAVAIL;
	return s.found ? 0 : -1;
}

static void
each(uint32_t ifindex, const struct addr *a, void *arg)
{
	const struct each *e = arg;

	if (addr_af(a) == AF_INET && !addr_is_any(a))
		e->f(ifindex, e->arg);
}

int
ifaddr_each_v4(void (*f)(uint32_t, void *), void *arg)
{
	struct each e = { f, arg };
	struct links_reader r = { NULL, each, &e };

	return links_read(&r);
}
