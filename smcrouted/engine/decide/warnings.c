/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What is probably not as it was meant.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "engine/engine.h"
#include "engine/have/groups.h"
#include "engine/have/parts.h"
#include "engine/have/iface.h"
#include "engine/want/names.h"
#include "engine/sys/netconf.h"
#include "engine/have/slots.h"
#include "warnings.h"

#define MAXWARNINGS 200	 /* that are remembered */
#define MAXWAYS	    1000 /* sources looked up for strict filters */

static struct warning {
	char *text;
	enum warning_kind kind;
	int found;
} list[MAXWARNINGS];
static unsigned int n;

void
warnings_begin(enum warning_kind kind)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (list[i].kind == kind)
			list[i].found = 0;
}

void
warnings_forget(void)
{
	unsigned int i, left = 0;

	for (i = 0; i < n; i++)
		if (!list[i].found || list[i].kind == WARN_FLOWS)
			free(list[i].text);
		else
			list[left++] = list[i];
	n = left;
}

void
warnings_add(enum warning_kind kind, const char *fmt, ...)
{
	char *text;
	unsigned int i;
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (rc == -1)
		return;
	for (i = 0; i < n; i++)
		if (strcmp(list[i].text, text) == 0)
			break;
	if (i < n)
		list[i].found = 1;
	if (i < n || n == MAXWARNINGS) {
		free(text);
		return;
	}
	log_warnx("%s", text);
	list[n].text = text;
	list[n].kind = kind;
	list[n++].found = 1;
}

const char *
warnings_next(unsigned int *i)
{
	while (*i < n && !list[*i].found)
		++*i;
	return *i < n ? list[(*i)++].text : NULL;
}

/* Per family: 1 when a route uses the slot. */
static void
slots_in_use(uint32_t used[2])
{
	const struct oifset *o;
	const struct rule *r;
	uint32_t i;

	used[0] = used[1] = 0;
	for (i = 1; i < rules_top(&config->rules); i++) {
		r = rules_at(&config->rules, i);
		if (!r->used)
			continue;
		o = oifset_at(r->oifs);
		used[r->v6] |= pattern_at(r->iif)->slots[r->v6] |
		    o->named[r->v6] | o->wild[r->v6];
	}
}

static const struct {
	unsigned int bit;
	int v6;
	const char *what, *variable, *but;
} kinds[] = {
	{ NETCONF_NO_MC4, 0, "the kernel forwards no IPv4 multicast",
	    "mc_forwarding", "" },
	{ NETCONF_NO_FORWARD4, 0, "IPv4 forwarding is off", "forwarding",
	    "; multicast is forwarded all the same" },
	{ NETCONF_NO_IPV6, 1, "IPv6 is disabled", "disable_ipv6",
	    ", so none of it is forwarded" },
	{ NETCONF_NO_MC6, 1, "the kernel forwards no IPv6 multicast",
	    "mc_forwarding", "" },
	{ NETCONF_NO_FORWARD6, 1, "IPv6 forwarding is off", "forwarding",
	    "; multicast is forwarded all the same" },
};

struct found {
	uint32_t used[2]; /* slots */
	uint32_t strict;
};

static void
on_interface(uint32_t ifindex, unsigned int bits, void *arg)
{
	struct found *f = arg;
	struct iface *i = iface_by_index(ifindex);
	size_t k;

	if (i == NULL || i->slot == -1 || i->flags & IFF_LOOPBACK)
		return;
	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		if (bits & kinds[k].bit && f->used[kinds[k].v6] >> i->slot & 1)
			warnings_add(WARN_INTERFACES,
			    "%s: %s (net.ipv%d.conf.%s.%s)%s", i->name,
			    kinds[k].what, kinds[k].v6 ? 6 : 4, i->name,
			    kinds[k].variable, kinds[k].but);
	if (bits & NETCONF_STRICT && f->used[0] >> i->slot & 1)
		f->strict |= 1U << i->slot;
}

/* A strict filter drops packets whose source is reached by another interface,
 * before anybody hears of them. */
static void
look_at_sources(uint32_t strict)
{
	char src[ADDRSTRLEN];
	const struct rule *r;
	struct iface *i;
	uint32_t k, way, mask, ways = 0;

	for (k = 1; k < rules_top(&config->rules) && ways < MAXWAYS; k++) {
		r = rules_at(&config->rules, k);
		if (!r->used || r->v6 || r->slen != ADDR_BITS)
			continue;
		mask = pattern_at(r->iif)->slots[0];
		/* of several, any may be the right one */
		if ((mask & strict) == 0 || (mask & (mask - 1)) != 0)
			continue;
		if ((i = slot_iface(ffs(mask) - 1, 0)) == NULL)
			continue;
		ways++;
		if ((way = netconf_way_to(&r->src)) == i->ifindex)
			continue;
		warnings_add(WARN_INTERFACES,
		    "%s: packets from %s are dropped there, because %s "
		    "(net.ipv4.conf.%s.rp_filter)",
		    i->name, addr_print(&r->src, src),
		    way == 0		  ? "there is no route back to it" :
			way == UINT32_MAX ? "it is an address of this machine" :
					    "the way back to it is another one",
		    i->name);
	}
}

static void
look_at_flags(void)
{
	struct iface *i;

	TAILQ_FOREACH(i, &ifaces, entry)
		if (i->unable)
			warnings_add(WARN_INTERFACES,
			    "%s is not able to multicast: "
			    "ip link set %s multicast on",
			    i->name, i->name);
}

/* The kernel keys its entries by source and group alone. */
static void
look_at_entries(void)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];
	char names[MAXVIF * IF_NAMESIZE];
	const struct entry *e;
	uint32_t i;

	for (i = 1; i < entries_top(); i++) {
		e = entry_at(i);
		if (!(e->flags & ENTRY_USED) || e->kind != ENTRY_STATIC ||
		    !static_of(e)->twice)
			continue;
		slots_names(static_of(e)->slots, names, sizeof(names));
		warnings_add(WARN_ROUTES,
		    "(%s, %s) is routed from each of %s: the kernel takes it "
		    "from one at a time, where it comes in",
		    addr_print(&e->src, src), addr_print(&e->grp, grp), names);
	}
}

void
warnings_groups(void)
{
	uint32_t refused;
	int error;

	warnings_begin(WARN_GROUPS);
	if ((refused = groups_refused(&error)) > 0)
		warnings_add(WARN_GROUPS,
		    "%u group%s could not be joined: %s%s", refused,
		    refused == 1 ? "" : "s", strerror(error),
		    error == ENOBUFS ? " (net.ipv4.igmp_max_memberships)" : "");
}

void
warnings_look(void)
{
	struct found f = { .strict = 0 };

	warnings_begin(WARN_ROUTES);
	look_at_entries();
	slots_in_use(f.used);
	warnings_begin(WARN_INTERFACES);
	look_at_flags();
	if (f.used[0] | f.used[1])
		(void)netconf_read(on_interface, &f);
	if (f.strict)
		look_at_sources(f.strict);
	warnings_groups();
}
