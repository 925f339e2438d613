/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Tells groups.c which memberships the configuration wants.
 */
#include "engine/have/groups.h"
#include "engine/have/iface.h"
#include "engine/want/current.h"
#include "engine/want/names.h"
#include "members.h"
#include "mrdisc.h"

static void
want_groups(const struct iface *i, const struct mgroup *m)
{
	struct membership w;
	uint64_t k;

	w.ifindex = i->ifindex;
	for (k = 0; mgroup_nth(m, k, &w.src, &w.grp); k++)
		if (groups_want(&w) == -1)
			return;
}

/* Wants the groups to which router solicitations are sent.  The raw socket
 * receives what any socket has joined, so they are memberships like all
 * others. */
static void
want_solicitations(const struct iface *i)
{
	struct membership w;
	struct prefix any;
	int v6;

	for (v6 = 0; v6 <= 1; v6++) {
		if (!mrdisc_wants(i, v6))
			continue;
		prefix_any(&any, v6 ? AF_INET6 : AF_INET);
		w.ifindex = i->ifindex;
		w.src = any.a;
		w.grp = mrdisc_routers(v6);
		(void)groups_want(&w);
	}
}

void
members_update(void)
{
	const struct mgroup *m;
	struct iface *i;
	uint32_t n;

	groups_begin();
	TAILQ_FOREACH(i, &ifaces, entry)
		want_solicitations(i);
	for (n = 1; n < mgroups_top(&config->mgroups); n++) {
		if ((m = mgroups_at(&config->mgroups, n)) == NULL)
			continue;
		TAILQ_FOREACH(i, &ifaces, entry)
			if (i->opt.enable != 0 &&
			    pattern_match(pattern_at(m->iif), i->name))
				want_groups(i, m);
	}
	groups_end();
}
