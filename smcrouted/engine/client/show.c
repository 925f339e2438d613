/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Rows for smcroutectl show, a chunk at a time.
 */
#include <stdlib.h>
#include <string.h>

#include "common/ctl.h"
#include "engine/engine.h"
#include "engine/have/flows.h"
#include "engine/have/groups.h"
#include "engine/have/iface.h"
#include "engine/sys/kernel_state.h"
#include "engine/want/names.h"
#include "engine/decide/resident.h"
#include "show.h"

#define CHUNK 16384 /* bytes */

/* What the kernel tells of all of them takes the square of their number: here
 * 10 ms, in which nobody is served. */
#define COUNTED 20000

/* A row being made: the fixed part, then names. */
struct row {
	struct ctl_row r;
	char names[12288];
	size_t len; /* of names */
};

static size_t sent; /* bytes of this chunk */

/* Entries of any source, in order; of the show that asked for them first. */
static struct counted {
	struct addr grp;
	uint32_t ifindex;
	struct kernel_count n;
} * counted;
static size_t ncounted;

static void
begin(struct row *w, enum ctl_row_kind kind)
{
	memset(&w->r, 0, sizeof(w->r));
	w->r.kind = kind;
	w->r.slen = w->r.glen = ADDR_BITS;
	w->r.vif = w->r.mif = -1;
	w->r.packets = w->r.bytes = w->r.wrong = UINT64_MAX;
	w->len = 0;
}

static void
name(struct row *w, const char *s)
{
	size_t n = strlen(s) + 1;

	if (w->len + n > sizeof(w->names))
		return;
	memcpy(w->names + w->len, s, n);
	w->len += n;
}

static void
end(struct row *w, uint32_t client)
{
	size_t n = sizeof(w->r) + w->len;

	peer_send(&control, CTL_ROW, client, -1, w, n);
	sent += n;
}

static void
name_oifs(struct row *w, const struct oifset *s)
{
	uint32_t i;

	for (i = 0; i < s->n; i++)
		name(w, pattern_at(s->patterns[i])->name);
}

static void
counters(struct row *w, const struct addr *src, const struct addr *grp)
{
	struct wire_key k = { *src, *grp };
	struct kernel_count n;

	if (kernel_state_get(&k, &n) == -1)
		return;
	w->r.packets = n.packets;
	w->r.bytes = n.bytes;
	w->r.wrong = n.wrong;
}

/* Of the group's entries of any source the kernel tells of one when asked, so
 * that where there are more it has to tell of all. */
static void
count_resident(const struct kernel_entry *e, void *arg)
{
	struct counted *more;

	(void)arg;
	if (e->unresolved || !addr_is_any(&e->key.src))
		return;
	if (ncounted % 1024 == 0) {
		more = reallocarray(counted, ncounted + 1024, sizeof(*counted));
		if (more == NULL)
			return;
		counted = more;
	}
	counted[ncounted].grp = e->key.grp;
	counted[ncounted].ifindex = e->iif;
	counted[ncounted++].n = e->count;
}

static int
compare_counted(const void *a, const void *b)
{
	const struct counted *x = a, *y = b;
	int order = addr_cmp(&x->grp, &y->grp);

	return order != 0	    ? order :
	    x->ifindex < y->ifindex ? -1 :
				      x->ifindex != y->ifindex;
}

static void
forget_counted(void)
{
	free(counted);
	counted = NULL;
	ncounted = 0;
}

static void
resident_counters(struct row *w, const struct entry *m)
{
	struct counted *c,
	    key = { .grp = m->grp, .ifindex = slots[m->have_iif].ifindex };
	uint32_t first = entry_next_resident(&m->grp, 0);

	if (entry_next_resident(&m->grp, first) == 0) {
		counters(w, &m->src, &m->grp);
		return;
	}
	if (entries_count() > COUNTED)
		return;
	if (counted == NULL) {
		(void)kernel_state_dump(0, count_resident, NULL);
		(void)kernel_state_dump(1, count_resident, NULL);
		qsort(counted, ncounted, sizeof(*counted), compare_counted);
	}
	c = bsearch(&key, counted, ncounted, sizeof(key), compare_counted);
	if (c == NULL)
		return;
	w->r.packets = c->n.packets;
	w->r.bytes = c->n.bytes;
	w->r.wrong = c->n.wrong;
}

/* Whether the kernel holds the rule itself, as is wished, or why not. */
static void
wish(struct row *w, const struct rule *x)
{
	char buf[RESIDENT_WHY];
	enum resident_state state = resident_state(config, x, buf);
	struct prefix grp = { x->grp, x->glen };

	if (state != RESIDENT_NONE)
		w->r.flags |= ROW_KEPT;
	if (state != RESIDENT_ALL) {
		w->r.flags |= ROW_WHY;
		name(w, buf);
	}
	/* for that it has looked at each group */
	if (prefix_count(&grp) <= RESIDENT_GROUPS)
		sent += prefix_count(&grp) * (CHUNK / RESIDENT_GROUPS);
}

static void
send_rule(const struct rule *x, enum ctl_row_kind kind, int detail,
    uint32_t client)
{
	struct row w;

	begin(&w, kind);
	w.r.src = x->src;
	w.r.grp = x->grp;
	w.r.slen = x->slen;
	w.r.glen = x->glen;
	if (detail && kind == ROW_SSM)
		counters(&w, &x->src, &x->grp);
	name(&w, pattern_at(x->iif)->name);
	name_oifs(&w, oifset_at(x->oifs));
	if (kind == ROW_ASM && resident_wanted(config, x))
		wish(&w, x);
	end(&w, client);
}

static void
send_mfc(const struct entry *m, int detail, uint32_t client)
{
	struct row w;
	int s;

	begin(&w, ROW_KERNEL);
	w.r.src = m->src;
	w.r.grp = m->grp;
	if (entry_is_resident(m))
		w.r.slen = addr_af(&m->grp) == AF_INET ? ADDR_V4 : 0;
	if (m->kind == ENTRY_FLOW)
		w.r.flags |= ROW_LEARNED;
	if (flow_is_stop(m))
		w.r.flags |= ROW_STOP;
	if (detail && entry_is_resident(m))
		resident_counters(&w, m);
	else if (detail)
		counters(&w, &m->src, &m->grp);
	name(&w, slots[m->have_iif].iface->name);
	for (s = 0; s < MAXVIF; s++)
		if (m->have_oifs & 1U << s && slots[s].iface != NULL)
			name(&w, slots[s].iface->name);
	end(&w, client);
}

/* The rules of one section; 1: no more. */
static int
rules_section(struct show *s, uint32_t client, int host)
{
	const struct rule *x;

	while (++s->cursor < rules_top(&config->rules)) {
		x = rules_at(&config->rules, s->cursor);
		if (x->used && rule_is_host(x) == host)
			send_rule(x, host ? ROW_SSM : ROW_ASM, s->detail,
			    client);
		if (sent >= CHUNK)
			return 0;
	}
	return 1;
}

static int
mfc_section(struct show *s, uint32_t client)
{
	const struct entry *m;

	while (++s->cursor < entries_top()) {
		m = entry_at(s->cursor);
		if (m->flags & ENTRY_USED && m->have_iif != NOSLOT &&
		    slots[m->have_iif].iface != NULL)
			send_mfc(m, s->detail, client);
		if (sent >= CHUNK)
			return 0;
	}
	return 1;
}

static int
show_routes(struct show *s, uint32_t client)
{
	if (s->phase == 0 && s->cursor == 0)
		forget_counted(); /* of one that nobody has read to its end */
	for (; s->phase < 3; s->phase++, s->cursor = 0)
		if (!(s->phase == 2 ? mfc_section(s, client) :
				      rules_section(s, client, s->phase)))
			return 0;
	forget_counted();
	return 1;
}

static void
send_mgroup(const struct mgroup *m, enum ctl_row_kind kind, uint32_t client)
{
	struct row w;

	begin(&w, kind);
	w.r.src = m->src.a;
	w.r.grp = m->grp.a;
	w.r.slen = m->src.len;
	w.r.glen = m->grp.len;
	name(&w, pattern_at(m->iif)->name);
	end(&w, client);
}

static int
show_groups(struct show *s, uint32_t client)
{
	const struct mgroup *g;
	const struct membership *m;
	const struct iface *i;
	struct row w;
	int joined;

	while (s->phase == 0 && ++s->cursor < mgroups_top(&config->mgroups)) {
		g = mgroups_at(&config->mgroups, s->cursor);
		if (g != NULL)
			send_mgroup(g, ROW_GROUP, client);
		if (sent >= CHUNK)
			return 0;
	}
	if (s->phase == 0) {
		s->phase = 1;
		s->cursor = 0;
	}
	while (sent < CHUNK) {
		if ((m = groups_next(&s->cursor, &joined)) == NULL)
			return 1;
		if (!joined || (i = iface_by_index(m->ifindex)) == NULL)
			continue;
		begin(&w, ROW_GROUP_KERNEL);
		w.r.ifindex = m->ifindex;
		w.r.src = m->src;
		w.r.grp = m->grp;
		if (addr_is_any(&m->src))
			w.r.slen = addr_af(&m->src) == AF_INET ? ADDR_V4 : 0;
		name(&w, i->name);
		end(&w, client);
	}
	return 0;
}

/* Few enough for one chunk. */
static int
show_interfaces(uint32_t client)
{
	const struct iface *i;
	struct row w;

	TAILQ_FOREACH(i, &ifaces, entry) {
		begin(&w, ROW_IFACE);
		w.r.ifindex = i->ifindex;
		if (i->slot != -1 && slot_iface(i->slot, 0) != NULL)
			w.r.vif = i->slot;
		if (i->slot != -1 && slot_iface(i->slot, 1) != NULL)
			w.r.mif = i->slot;
		name(&w, i->name);
		end(&w, client);
	}
	return 1;
}

static int
no_interface(const struct pattern *p)
{
	const struct iface *i;

	TAILQ_FOREACH(i, &ifaces, entry)
		if (pattern_match(p, i->name))
			return 0;
	return 1;
}

/* An inbound or a named outbound interface has no slot. */
static int
rule_waits(const struct rule *x)
{
	const struct oifset *s = oifset_at(x->oifs);
	const struct pattern *p;
	uint32_t i;

	if (pattern_at(x->iif)->slots[x->v6] == 0)
		return 1;
	for (i = 0; i < s->n; i++) {
		p = pattern_at(s->patterns[i]);
		if (!p->wild && p->slots[x->v6] == 0)
			return 1;
	}
	return 0;
}

static int
pending_phyints(uint32_t client)
{
	const struct pattern *p;
	struct row w;
	size_t i;

	for (i = 0; i < config->nphyints; i++) {
		p = pattern_at(config->phyints[i].pattern);
		if ((config->phyints[i].enable != 1 &&
			config->phyints[i].mrdisc != 1) ||
		    !no_interface(p))
			continue;
		begin(&w, ROW_PENDING_PHYINT);
		name(&w, p->name);
		end(&w, client);
	}
	return 1;
}

static int
pending_mgroups(struct show *s, uint32_t client)
{
	const struct mgroup *m;

	while (++s->cursor < mgroups_top(&config->mgroups)) {
		m = mgroups_at(&config->mgroups, s->cursor);
		if (m != NULL && no_interface(pattern_at(m->iif)))
			send_mgroup(m, ROW_PENDING_MGROUP, client);
		if (sent >= CHUNK)
			return 0;
	}
	return 1;
}

static int
pending_mroutes(struct show *s, uint32_t client)
{
	const struct rule *x;

	while (++s->cursor < rules_top(&config->rules)) {
		x = rules_at(&config->rules, s->cursor);
		if (x->used && rule_waits(x))
			send_rule(x, ROW_PENDING_MROUTE, 0, client);
		if (sent >= CHUNK)
			return 0;
	}
	return 1;
}

static int
show_pending(struct show *s, uint32_t client)
{
	int done;

	for (; s->phase < 3; s->phase++, s->cursor = 0) {
		done = s->phase == 0 ? pending_phyints(client) :
		    s->phase == 1    ? pending_mgroups(s, client) :
				       pending_mroutes(s, client);
		if (!done)
			return 0;
	}
	return 1;
}

int
show_chunk(struct show *s, uint32_t client)
{
	sent = 0;
	switch (s->kind) {
	case CTL_SHOW_ROUTES:
		return show_routes(s, client);
	case CTL_SHOW_GROUPS:
		return show_groups(s, client);
	case CTL_SHOW_INTERFACES:
		return show_interfaces(client);
	case CTL_SHOW_PENDING:
		return show_pending(s, client);
	}
	return 1;
}
