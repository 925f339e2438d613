/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Finds problems in the configuration, and in the kernel's settings that the
 * configuration depends on.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "engine/have/groups.h"
#include "engine/have/iface.h"
#include "engine/have/parts.h"
#include "engine/have/slots.h"
#include "engine/lib/hash.h"
#include "engine/sys/ifaddr.h"
#include "engine/sys/ifevent.h"
#include "engine/sys/netconf.h"
#include "engine/sys/vif.h"
#include "engine/want/names.h"
#include "pending.h"
#include "warnings.h"

#define MAXASKED 1000 /* sources that the kernel is asked about */
#define PLACES	 2048 /* of the table of these sources */
/* The work of look_at_joins(), in pairs of an mgroup line and a route. */
#define MAXJOINS 65536

struct slot_settings {
	uint32_t used[2];	   /* per family: slots that a route uses */
	struct netconf of[MAXVIF]; /* by slot */
};

static void
slots_in_use(const struct config *c, uint32_t used[2])
{
	const struct oifset *o;
	const struct rule *r;
	uint32_t i;

	used[0] = used[1] = 0;
	for (i = 1; i < rules_top(&c->rules); i++) {
		r = rules_at(&c->rules, i);
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
	const char *what, *variable;
} kinds[] = {
	{ NETCONF_NO_MC4, 0, "the kernel forwards no IPv4 multicast",
	    "mc_forwarding" },
	{ NETCONF_NO_IPV6, 1, "IPv6 is disabled, so none of it is forwarded",
	    "disable_ipv6" },
	{ NETCONF_NO_MC6, 1, "the kernel forwards no IPv6 multicast",
	    "mc_forwarding" },
};

static void
on_interface(uint32_t ifindex, const struct netconf *c, void *arg)
{
	struct slot_settings *f = arg;
	struct iface *i = iface_by_index(ifindex);
	size_t k;

	if (i == NULL || i->slot == -1 || i->flags & IFF_LOOPBACK)
		return;
	f->of[i->slot] = *c;
	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		if (c->bits & kinds[k].bit &&
		    f->used[kinds[k].v6] >> i->slot & 1)
			warnings_add(WARN_INTERFACES,
			    "%s: %s (net.ipv%d.conf.%s.%s)", i->name,
			    kinds[k].what, kinds[k].v6 ? 6 : 4, i->name,
			    kinds[k].variable);
}

/* Warns that the kernel silently drops packets from this source, and says
 * why. */
static void
warn_source(const struct iface *i, const struct addr *src,
    const struct netconf *c)
{
	char name[ADDRSTRLEN], why[128];
	const char *where = c->rp_filter_all >= c->rp_filter ? "all" : i->name;
	int filter =
	    c->rp_filter_all >= c->rp_filter ? c->rp_filter_all : c->rp_filter;
	uint32_t way = netconf_way_to(src);
	const struct iface *back = iface_by_index(way);
	struct addr own;

	addr_print(src, name);
	if (way == UINT32_MAX || filter <= 0) {
		warnings_add(WARN_SOURCES,
		    "%s: packets from %s are dropped there: %s", i->name, name,
		    way == UINT32_MAX ?
			"it is an address of this machine" :
			"it cannot be a source address (martian)");
		return;
	}
	if (way == 0)
		snprintf(why, sizeof(why), "there is no route back to it");
	else if (way == i->ifindex)
		snprintf(why, sizeof(why), "the kernel refuses it");
	else
		snprintf(why, sizeof(why),
		    "the unicast route to it leads by %s",
		    back != NULL ? back->name : "?");
	/* a loose filter admits a source only if there is a route to it and the
	 * interface has an address */
	if (filter == 1 && way != 0 && ifaddr_source(i->ifindex, 0, &own) == 0)
		warnings_add(WARN_SOURCES,
		    "%s: packets from %s are dropped there: %s "
		    "(net.ipv4.conf.%s.rp_filter is 1, strict): route it by "
		    "%s, or set net.ipv4.conf.%s.rp_filter to 2",
		    i->name, name, why, where, i->name, i->name);
	else
		warnings_add(WARN_SOURCES,
		    "%s: packets from %s are dropped there: %s%s "
		    "(net.ipv4.conf.%s.rp_filter is %d, %s): route it by %s, "
		    "or set rp_filter of all and of %s to 0",
		    i->name, name, why,
		    way != 0 ? ", and the interface has no address" : "", where,
		    filter, filter == 1 ? "strict" : "loose", i->name, i->name);
}

/* The place of the rule that names the same source on the same interfaces, or a
 * free place. */
static uint32_t *
place(uint32_t asked[PLACES], const struct config *c, const struct rule *r)
{
	const struct rule *other;
	uint32_t h = hash_bytes(&r->src, sizeof(r->src)) ^ r->iif;

	for (;; h++) {
		if (asked[h % PLACES] == 0)
			return &asked[h % PLACES];
		other = rules_at(&c->rules, asked[h % PLACES]);
		if (other->iif == r->iif && addr_cmp(&other->src, &r->src) == 0)
			return &asked[h % PLACES];
	}
}

/* Asks the kernel whether it drops what the source sends on the rule's inbound
 * interfaces, and returns the number of questions.  If there are several
 * interfaces, any of them may be the right one, so only a source that all of
 * them refuse is worth a warning. */
static uint32_t
ask_about(const struct rule *r, const struct slot_settings *f)
{
	struct iface *i, *refused = NULL;
	uint32_t left, n = 0;

	for (left = pattern_at(r->iif)->slots[0]; left != 0; left &= left - 1) {
		i = slot_iface(ffs(left) - 1, 0);
		if (i == NULL || i->flags & IFF_LOOPBACK)
			continue;
		n++;
		if (netconf_admits(i->ifindex, &r->src) != 0)
			return n;
		refused = i;
	}
	if (refused != NULL)
		warn_source(refused, &r->src, &f->of[refused->slot]);
	return n;
}

/* Many rules may name the same source: the kernel is asked about it once. */
static void
look_at_sources(const struct config *c, const struct slot_settings *f)
{
	static uint32_t asked[PLACES];
	const struct rule *r;
	uint32_t k, *p, sources = 0, questions = 0;

	memset(asked, 0, sizeof(asked));
	for (k = 1; k < rules_top(&c->rules) && sources < MAXASKED &&
	     questions < MAXASKED;
	     k++) {
		r = rules_at(&c->rules, k);
		if (!r->used || r->v6 || r->slen != ADDR_BITS ||
		    pattern_at(r->iif)->slots[0] == 0)
			continue;
		p = place(asked, c, r);
		if (*p != 0)
			continue;
		*p = k;
		sources++;
		questions += ask_about(r, f);
	}
}

static int
overlap(const struct prefix *a, const struct prefix *b)
{
	return prefix_match(a, &b->a) || prefix_match(b, &a->a);
}

/*
 * If a group is joined on an interface where its packets come in and go out
 * again, the kernel loops each packet back there and forwards it again.
 */
static void
look_at_joins(const struct config *c, const struct rule *r, uint32_t back,
    uint32_t *budget)
{
	struct prefix grp = { r->grp, r->glen };
	char text[ADDRSTRLEN];
	const struct mgroup *m;
	const struct iface *i;
	uint32_t left, k;

	for (k = 1; k < mgroups_top(&c->mgroups) && *budget > 0; k++) {
		if ((m = mgroups_at(&c->mgroups, k)) == NULL)
			continue;
		--*budget;
		if (!overlap(&m->grp, &grp))
			continue;
		for (left = back; left != 0; left &= left - 1) {
			i = slot_iface(ffs(left) - 1, r->v6);
			if (i == NULL ||
			    !pattern_match(pattern_at(m->iif), i->name))
				continue;
			warnings_add(WARN_LOOPS,
			    "%s is inbound and outbound for %s, and mgroup "
			    "joins it there: the kernel forwards each packet "
			    "until its TTL is used up, 63 times with a TTL of "
			    "64; join it on another interface",
			    i->name, prefix_print(&grp, text));
		}
	}
}

static void
warn_back(const struct rule *r, uint32_t back)
{
	struct prefix grp = { r->grp, r->glen };
	char names[MAXVIF * IF_NAMESIZE], text[ADDRSTRLEN];

	slots_names(back, names, sizeof(names));
	warnings_add(WARN_LOOPS,
	    "this kernel sends no packet back to the interface where it came "
	    "in, as the route of %s from %s demands",
	    prefix_print(&grp, text), names);
}

static void
look_at_routes(const struct config *c)
{
	const struct rule *r;
	uint32_t k, back, budget = MAXJOINS;

	if (vif_sends_back() && c->mgroups.pool.count == 0)
		return;
	for (k = 1; k < rules_top(&c->rules); k++) {
		r = rules_at(&c->rules, k);
		if (!r->used)
			continue;
		back = pattern_at(r->iif)->slots[r->v6] &
		    oifset_at(r->oifs)->named[r->v6];
		if (back != 0 && vif_sends_back())
			look_at_joins(c, r, back, &budget);
		else if (back != 0 && !pattern_at(r->iif)->wild)
			warn_back(r, back);
	}
}

static void
look_at_entry(const struct entry *e)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];
	char names[MAXVIF * IF_NAMESIZE];

	addr_print(&e->src, src);
	addr_print(&e->grp, grp);
	slots_names(static_of(e)->slots, names, sizeof(names));
	if (static_of(e)->twice)
		warnings_add(WARN_ROUTES,
		    "(%s, %s) is routed from each of %s: the kernel accepts it "
		    "from one at a time, the one where it comes in",
		    src, grp, names);
	if (static_of(e)->shared)
		warnings_add(WARN_ROUTES,
		    "(%s, %s) is the entry for all sources of that group, "
		    "because this kernel has one for each group: routes for "
		    "other sources of the group are not used",
		    src, grp);
}

/* Finds rules that would need several entries where the kernel can have only
 * one. */
static void
look_at_entries(void)
{
	const struct entry *e;
	uint32_t i;

	for (i = 1; i < entries_top(); i++) {
		e = entry_at(i);
		if (e->flags & ENTRY_USED && e->kind == ENTRY_STATIC)
			look_at_entry(e);
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

static void
look_at_pending(const struct config *c)
{
	char text[1000];
	int waits;

	warnings_begin(WARN_PENDING);
	waits = pending_note(c, text, sizeof(text)) > 0;
	if (waits)
		warnings_add(WARN_PENDING, "%s", text);
	ifevent_expect(waits);
}

void
checks_groups(void)
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
checks_look(const struct config *c)
{
	struct slot_settings f;

	memset(&f, 0, sizeof(f));
	warnings_begin(WARN_ROUTES);
	look_at_entries();
	warnings_begin(WARN_LOOPS);
	look_at_routes(c);
	slots_in_use(c, f.used);
	warnings_begin(WARN_INTERFACES);
	warnings_begin(WARN_SOURCES);
	look_at_flags();
	if (f.used[0] | f.used[1] && netconf_read(on_interface, &f) == 0)
		look_at_sources(c, &f);
	look_at_pending(c);
	checks_groups();
}
