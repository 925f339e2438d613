/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The rows of "smcroutectl show", sent in chunks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/ctl.h"
#include "common/rows.h"
#include "engine/decide/decide.h"
#include "engine/have/flows.h"
#include "engine/want/current.h"
#include "engine/have/groups.h"
#include "engine/have/iface.h"
#include "engine/want/names.h"
#include "engine/decide/pending.h"
#include "engine/decide/resident.h"
#include "engine/run/reconcile.h"
#include "counts.h"
#include "reply.h"
#include "show.h"

#define CHUNK	16384 /* bytes */
#define COUNTED 100   /* bytes: about what a short row with counters has */

static size_t sent;	/* bytes of this chunk */
static uint32_t reader; /* client that the chunk is for */

static void send_message(void *, const void *, size_t);

static struct row_writer w = { .send = send_message };

static void
send_message(void *arg, const void *message, size_t len)
{
	(void)arg;
	peer_send(&control, CTL_ROW, reader, -1, message, len);
	sent += len;
}

static void
add_address(enum row_tag tag, const struct addr *a, unsigned int len)
{
	struct prefix p = { *a, len };

	row_prefix(&w, tag, &p);
}

static struct wire_key
rule_key(const struct rule *x)
{
	struct wire_key k = { x->src, x->grp };

	return k;
}

/* NULL: not known. */
static void
add_counters(const struct kernel_count *n)
{
	if (n == NULL)
		return;
	row_number(&w, TAG_PACKETS, n->packets);
	row_number(&w, TAG_BYTES, n->bytes);
	row_number(&w, TAG_WRONG, n->wrong);
}

/* Adds whether the rule is resident, and if not, why. */
static void
add_residence(const struct rule *x)
{
	char buf[RESIDENT_WHY];
	enum resident_state state = resident_state(config, x, buf);
	struct prefix grp = { x->grp, x->glen };

	row_bool(&w, TAG_KERNEL, state == RESIDENT_ALL);
	if (state != RESIDENT_ALL)
		row_text(&w, TAG_WHY, buf);
	if (state == RESIDENT_SOME)
		row_bool(&w, TAG_PARTLY, 1);
	/* resident_state() has looked at each group: count that as bytes of the
	 * chunk */
	if (prefix_count(&grp) <= RESIDENT_GROUPS)
		sent += prefix_count(&grp) * (CHUNK / RESIDENT_GROUPS);
}

/* 1 when the kernel's entry belongs to this rule.  Rules for the same source
 * and group with different inbound interfaces share one entry: it belongs to
 * the rule whose inbound interface it has. */
static int
has_entry(const struct rule *x)
{
	uint32_t i = entry_find(&x->src, &x->grp);
	uint8_t iif = i != 0 ? entry_at(i)->have_iif : NOSLOT;

	return iif != NOSLOT && pattern_at(x->iif)->slots[x->v6] >> iif & 1;
}

static void
begin_rule(const struct show *s, const struct rule *x, enum row_kind kind)
{
	struct wire_key k = rule_key(x);

	add_address(TAG_SOURCE, &x->src, x->slen);
	add_address(TAG_GROUP, &x->grp, x->glen);
	row_text(&w, TAG_IIF, pattern_at(x->iif)->name);
	if (s->detail && kind == ROW_SSM)
		add_counters(counts_of(s->cursor, &k));
	if (kind == ROW_ASM && resident_wanted(config, x))
		add_residence(x);
}

/* Sends the outbound interfaces of a set, from the one at noifs on, and ends
 * the row.  1: they are more than fits into this chunk. */
static int
send_oifs(struct show *s, uint32_t set)
{
	const struct oifset *o = oifset_at(set);
	int more;

	while (s->noifs < o->n && sent < CHUNK)
		row_text(&w, TAG_OIF,
		    pattern_at(o->patterns[s->noifs++])->name);
	more = s->noifs < o->n;
	row_end(&w, more);
	return more;
}

/* If the rule has more outbound interfaces than fits into this chunk, the show
 * keeps the set: the rule may change or go before the next chunk. */
static void
send_rule(struct show *s, const struct rule *x, enum row_kind kind)
{
	row_begin(&w, kind);
	begin_rule(s, x, kind);
	s->noifs = 0;
	if (send_oifs(s, x->oifs)) {
		s->rest = x->oifs;
		oifset_ref(s->rest);
	}
}

/* Gives back the set of a rule that was sent in part.  The set may have been
 * the last one to name an interface. */
static void
forget_rest(struct show *s)
{
	uint32_t freed = pattern_freed();

	oifset_unref(s->rest);
	s->rest = 0;
	if (pattern_freed() != freed)
		reconcile_all();
}

static void
resume_rule(struct show *s, enum row_kind kind)
{
	row_begin(&w, kind);
	if (!send_oifs(s, s->rest))
		forget_rest(s);
}

void
show_end(struct show *s)
{
	if (s->rest != 0)
		forget_rest(s);
}

/* 1 when the entry stops its flow on purpose, not because its outbound
 * interfaces do not exist yet. */
static int
is_stopped(const struct entry *m)
{
	struct wire_key k = entry_key(m);
	struct verdict v;

	if (m->have_oifs != 0)
		return 0;
	decide(config, &k, m->have_iif, 0, &v);
	return v.action != VERDICT_FORWARD;
}

static void
send_entry(const struct show *s, const struct entry *m)
{
	struct wire_key k = entry_key(m);
	int i;

	row_begin(&w, ROW_KERNEL);
	add_address(TAG_SOURCE, &m->src,
	    !entry_is_resident(m)	    ? ADDR_BITS :
		addr_af(&m->grp) == AF_INET ? ADDR_V4 :
					      0);
	add_address(TAG_GROUP, &m->grp, ADDR_BITS);
	row_bool(&w, TAG_LEARNED, m->kind == ENTRY_FLOW);
	row_bool(&w, TAG_STOP, is_stopped(m));
	if (s->detail)
		add_counters(counts_are_listed(m) ? counts_listed(m) :
						    counts_of(s->cursor, &k));
	row_text(&w, TAG_IIF, slots[m->have_iif].iface->name);
	for (i = 0; i < MAXVIF; i++)
		if (m->have_oifs & 1U << i && slots[i].iface != NULL)
			row_text(&w, TAG_OIF, slots[i].iface->name);
	row_end(&w, 0);
}

static int
is_shown(const struct show *s, const struct rule *x)
{
	if (s->kind == CTL_SHOW_PENDING)
		return pending_rule(x);
	return rule_is_host(x) == (s->phase == 1);
}

static int
entry_is_shown(const struct entry *m)
{
	return m->flags & ENTRY_USED && m->have_iif != NOSLOT &&
	    slots[m->have_iif].iface != NULL;
}

/* A counts_key_fn of the routes and entries of a show. */
static int
key_at(void *show, uint32_t place, struct wire_key *k)
{
	const struct show *s = show;
	const struct entry *m;
	const struct rule *x;

	if (s->phase == 2) {
		m = entry_at(place);
		*k = entry_key(m);
		return entry_is_shown(m) && !counts_are_listed(m);
	}
	x = rules_at(&config->rules, place);
	*k = rule_key(x);
	return x->used && is_shown(s, x) && has_entry(x);
}

/* 0 when the row at the cursor needs counters that are to come.  Counters of
 * rows that this chunk has no room for are not asked for. */
static int
is_counted(struct show *s, uint32_t top)
{
	uint32_t room = (CHUNK - sent) / COUNTED + 1;

	if (s->kind != CTL_SHOW_ROUTES || !s->detail || s->phase == 0)
		return 1;
	if (top > s->cursor + room)
		top = s->cursor + room;
	return counts_ready(reader, s->cursor, top, key_at, s);
}

/* Ends the chunk; the next one begins with the same row. */
static int
wait_for_counters(struct show *s)
{
	s->cursor--;
	s->waits = sent == 0;
	return 0;
}

/* Sends the rules of one section.  1: there are no more. */
static int
rules_section(struct show *s, enum row_kind kind)
{
	const struct rule *x;

	if (s->rest != 0)
		resume_rule(s, kind);
	if (sent >= CHUNK)
		return 0;
	while (++s->cursor < rules_top(&config->rules)) {
		if (!is_counted(s, rules_top(&config->rules)))
			return wait_for_counters(s);
		x = rules_at(&config->rules, s->cursor);
		if (x->used && is_shown(s, x))
			send_rule(s, x, kind);
		if (sent >= CHUNK)
			return 0;
	}
	return 1;
}

static int
entries_section(struct show *s)
{
	const struct entry *m;

	while (++s->cursor < entries_top()) {
		if (!is_counted(s, entries_top()))
			return wait_for_counters(s);
		m = entry_at(s->cursor);
		if (entry_is_shown(m))
			send_entry(s, m);
		if (sent >= CHUNK)
			return 0;
	}
	return 1;
}

static int
show_routes(struct show *s)
{
	if (s->phase == 0 && s->cursor == 0)
		counts_forget_list(); /* of a show that was ended early */
	for (; s->phase < 3; s->phase++, s->cursor = 0) {
		if (!(s->phase == 2 ? entries_section(s) :
				      rules_section(s,
					  s->phase == 0 ? ROW_ASM : ROW_SSM)))
			return 0;
		counts_forget(reader);
	}
	counts_forget_list();
	return 1;
}

static void
send_mgroup(const struct mgroup *m, enum row_kind kind)
{
	row_begin(&w, kind);
	row_prefix(&w, TAG_SOURCE, &m->src);
	row_prefix(&w, TAG_GROUP, &m->grp);
	row_text(&w, TAG_IIF, pattern_at(m->iif)->name);
	row_end(&w, 0);
}

static void
send_membership(const struct membership *m, const char *ifname)
{
	unsigned int slen = ADDR_BITS;

	if (addr_is_any(&m->src))
		slen = addr_af(&m->src) == AF_INET ? ADDR_V4 : 0;
	row_begin(&w, ROW_GROUP_KERNEL);
	add_address(TAG_SOURCE, &m->src, slen);
	add_address(TAG_GROUP, &m->grp, ADDR_BITS);
	row_text(&w, TAG_IIF, ifname);
	row_end(&w, 0);
}

static int
show_groups(struct show *s)
{
	const struct membership *m;
	const struct iface *i;
	const struct mgroup *g;
	int joined;

	while (s->phase == 0 && ++s->cursor < mgroups_top(&config->mgroups)) {
		if ((g = mgroups_at(&config->mgroups, s->cursor)) != NULL)
			send_mgroup(g, ROW_GROUP);
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
		if (joined && (i = iface_by_index(m->ifindex)) != NULL)
			send_membership(m, i->name);
	}
	return 0;
}

static void
send_iface(const struct iface *i)
{
	row_begin(&w, ROW_IFACE);
	row_number(&w, TAG_INDEX, i->ifindex);
	row_text(&w, TAG_NAME, i->name);
	if (i->slot != -1 && slot_iface(i->slot, 0) != NULL)
		row_number(&w, TAG_VIF, i->slot);
	if (i->slot != -1 && slot_iface(i->slot, 1) != NULL)
		row_number(&w, TAG_MIF, i->slot);
	row_end(&w, 0);
}

/* The list is in the order of the index, which is the cursor here. */
static int
show_interfaces(struct show *s)
{
	const struct iface *i;

	TAILQ_FOREACH(i, &ifaces, entry) {
		if (i->ifindex <= s->cursor)
			continue;
		if (sent >= CHUNK)
			return 0;
		send_iface(i);
		s->cursor = i->ifindex;
	}
	return 1;
}

/* Sends the options of a phyint line: -1: the line does not say it. */
static void
send_options(const struct phyint *p)
{
	char ttl[32];

	if (p->enable != -1)
		row_text(&w, TAG_OPTION, p->enable ? "enable" : "disable");
	if (p->mrdisc == 1)
		row_text(&w, TAG_OPTION, "mrdisc");
	if (p->ttl != -1) {
		snprintf(ttl, sizeof(ttl), "ttl-threshold %d", p->ttl);
		row_text(&w, TAG_OPTION, ttl);
	}
}

static int
pending_phyints(struct show *s)
{
	const struct phyint *p;

	while (s->cursor < config->nphyints) {
		if (sent >= CHUNK)
			return 0;
		p = &config->phyints[s->cursor++];
		if (!pending_phyint(p))
			continue;
		row_begin(&w, ROW_PENDING_PHYINT);
		row_text(&w, TAG_IIF, pattern_at(p->pattern)->name);
		send_options(p);
		row_end(&w, 0);
	}
	return 1;
}

static int
pending_mgroups(struct show *s)
{
	const struct mgroup *g;

	while (++s->cursor < mgroups_top(&config->mgroups)) {
		g = mgroups_at(&config->mgroups, s->cursor);
		if (g != NULL && pending_mgroup(g))
			send_mgroup(g, ROW_PENDING_MGROUP);
		if (sent >= CHUNK)
			return 0;
	}
	return 1;
}

static int
show_pending(struct show *s)
{
	int done;

	for (; s->phase < 3; s->phase++, s->cursor = 0) {
		done = s->phase == 0 ? pending_phyints(s) :
		    s->phase == 1    ? pending_mgroups(s) :
				       rules_section(s, ROW_PENDING_MROUTE);
		if (!done)
			return 0;
	}
	return 1;
}

static int
show_some(struct show *s)
{
	switch (s->kind) {
	case CTL_SHOW_ROUTES:
		return show_routes(s);
	case CTL_SHOW_GROUPS:
		return show_groups(s);
	case CTL_SHOW_INTERFACES:
		return show_interfaces(s);
	case CTL_SHOW_PENDING:
		return show_pending(s);
	}
	return 1;
}

enum show_state
show_chunk(struct show *s, uint32_t client)
{
	if (!s->waits)
		counts_forget(client);
	s->waits = 0;
	sent = 0;
	reader = client;
	if (show_some(s))
		return SHOW_DONE;
	return s->waits ? SHOW_WAITS : SHOW_MORE;
}
