/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Writes events to the log.
 */
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "engine/decide/decide.h"
#include "engine/have/bus.h"
#include "engine/have/flows.h"
#include "engine/want/current.h"
#include "event_log.h"

#define QUIET 60 /* seconds between two lines about the limit of flows */

static void
log_flow(const struct bus_event *b, const char *what)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];
	const struct entry *e = entry_at(b->entry);
	const struct rule *r;
	struct wire_key k = entry_key(e);
	struct verdict v;
	struct reason why;
	uint32_t n = 0;
	char line[16] = "";

	if (log_getlevel() < LOG_DEBUG || e->iif == NOSLOT ||
	    slots[e->iif].iface == NULL)
		return;
	addr_print(&e->src, src);
	addr_print(&e->grp, grp);
	decide(config, &k, e->iif, 0, &v);
	if (v.action == VERDICT_UNCOVERED) {
		log_debug("%s flow from %s to %s on %s: no rule, stopped", what,
		    src, grp, slots[e->iif].iface->name);
		return;
	}
	/* the first rule that does not yield, if there is one */
	do
		decide_reason(&config->rules, &v, n, e->iif, &why);
	while (v.action == VERDICT_FORWARD && why.stop != 0 && ++n < v.nrules);
	r = rules_at(&config->rules, why.stop != 0 ? why.stop : v.rules[n]);
	if (r->line != 0)
		snprintf(line, sizeof(line), ":%u", r->line);
	log_debug("%s flow from %s to %s on %s, %s by %s%s", what, src, grp,
	    slots[e->iif].iface->name,
	    v.action == VERDICT_STOP ? "stopped" : "matched",
	    config_file(config, r), line);
}

static void
log_limit(const struct bus_event *b)
{
	static uint32_t told;
	uint32_t now = clock_seconds();
	const struct slot *s = &slots[flow_of(entry_at(b->entry))->slot];

	if (told != 0 && now - told < QUIET)
		return;
	told = now;
	log_warnx("limit of %u learned flows reached: %s makes room",
	    flows_count(), s->iface != NULL ? s->iface->name : "?");
}

static void
log_slot(const struct bus_event *b)
{
	const char *vif = b->v6 ? "MIF" : "VIF",
		   *name = b->iface != NULL ? b->iface->name : "?";

	if (b->kind == BUS_SLOT_REFUSED)
		log_warnx("%s %s: %s", vif, name, strerror(b->error));
	else
		log_debug("%s %d is %s", vif, b->slot, name);
}

/* Memberships that are refused are logged in series: see refusal.h. */
static void
log_event(const struct bus_event *b)
{
	switch (b->kind) {
	case BUS_FLOW_LEARNED:
		log_flow(b, "new");
		break;
	case BUS_FLOW_MOVED:
		log_flow(b, "moved");
		break;
	case BUS_FLOW_EVICTED:
		log_limit(b);
		break;
	case BUS_IFACE_NEW:
		log_debug("interface %s", b->iface->name);
		break;
	case BUS_IFACE_RENAMED:
		log_info("interface %s is now %s", b->former_name,
		    b->iface->name);
		break;
	case BUS_IFACE_REMADE:
		log_info("another interface has taken the name %s",
		    b->iface->name);
		break;
	case BUS_IFACE_GONE:
		log_info("interface %s is gone", b->iface->name);
		break;
	case BUS_SLOT_BOUND:
	case BUS_SLOT_REFUSED:
		log_slot(b);
		break;
	default:
		break;
	}
}

void
event_log_init(void)
{
	bus_subscribe(log_event);
}
