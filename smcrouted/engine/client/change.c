/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the lines of a request change, and how the changes are undone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "engine/have/bus.h"
#include "engine/have/iface.h"
#include "engine/have/slots.h"
#include "engine/run/routes.h"
#include "engine/sys/vif.h"
#include "engine/want/current.h"
#include "engine/want/names.h"
#include "change.h"

/* Returns a zeroed change after the last one of the list.  The caller counts
 * it.  NULL: memory is short. */
static struct change *
new_change(struct changes *ch, uint32_t line)
{
	struct change *c;

	c = reallocarray(ch->list, ch->n + 1, sizeof(*c));
	if (c == NULL)
		return NULL;
	ch->list = c;
	c += ch->n;
	memset(c, 0, sizeof(*c));
	c->line = line;
	return c;
}

static void
change_clear(struct change *c)
{
	if (c->named != 0)
		oifset_unref(c->named);
	if (c->more != 0)
		oifset_unref(c->more);
	if (c->is_join)
		pattern_unref(c->group.iif);
}

void
changes_forget(struct changes *ch)
{
	while (ch->n > 0)
		change_clear(&ch->list[--ch->n]);
	free(ch->list);
	ch->list = NULL;
}

/* Brings a new or changed rule into force. */
static void
apply(struct changes *ch, uint32_t rule)
{
	const struct rule *x = rules_at(&config->rules, rule);

	ch->wide += !rule_is_host(x);
	if (config->rules.changed || !slots_know(x) || ch->wide > 1)
		ch->all = 1;
	if (!ch->all)
		routes_rule_changed(rule);
}

/* Notes the oifs that the line names, and those of them that the rule does not
 * have yet. */
static int
note_oifs(struct change *c, const struct directive *d, uint32_t before)
{
	if ((c->named = oifset_get(d->oifs, d->noifs)) == 0)
		return -1;
	if (before == 0) {
		oifset_ref(c->named);
		c->more = c->named;
	} else
		c->more = oifset_minus(c->named,
		    rules_at(&config->rules, before)->oifs);
	return c->more != 0 ? 0 : -1;
}

static int
change_add(struct changes *ch, const struct directive *d, uint32_t line,
    const char **why)
{
	struct change *c = new_change(ch, line);
	uint32_t before = config_find_route(config, d);

	*why = "no memory";
	if (c == NULL)
		return -1;
	if (note_oifs(c, d, before) == -1) {
		change_clear(c);
		return -1;
	}
	c->is_new = before == 0;
	c->says_kernel = d->kernel;
	c->kernel = d->kernel &&
	    (c->is_new || !rules_at(&config->rules, before)->kernel);
	if (config_add(config, d, &c->rule) == -1) {
		change_clear(c);
		return -1;
	}
	c->serial = rules_at(&config->rules, c->rule)->serial;
	ch->n++;
	apply(ch, c->rule);
	return c->is_new;
}

static void
drop_rule(struct changes *ch, uint32_t rule)
{
	struct rule copy = *rules_at(&config->rules, rule);
	uint32_t freed = pattern_freed();

	pattern_ref(copy.iif); /* a reference of the copy */
	rules_remove(&config->rules, rule);
	copy.oifs = 0;
	if (config->rules.changed || pattern_freed() != freed ||
	    (!rule_is_host(&copy) && ++ch->wide > 1))
		ch->all = 1;
	if (!ch->all)
		routes_rule_removed(&copy);
	pattern_unref(copy.iif);
	if (pattern_freed() != freed)
		ch->all = 1;
}

static void
set_oifs(struct changes *ch, uint32_t rule, uint32_t oifs)
{
	uint32_t freed = pattern_freed();

	rule_set_oifs(rules_at(&config->rules, rule), oifs);
	if (pattern_freed() != freed)
		ch->all = 1;
	apply(ch, rule);
}

static int
change_remove(struct changes *ch, const struct directive *d, const char **why)
{
	static char text[512];
	uint32_t rule, oifs, left, had;

	if ((rule = config_find_route(config, d)) == 0) {
		*why = config_no_route(config, d, text, sizeof(text));
		return -1;
	}
	if (d->noifs == 0) {
		drop_rule(ch, rule);
		return 0;
	}
	if ((oifs = oifset_get(d->oifs, d->noifs)) == 0) {
		*why = "no memory";
		return -1;
	}
	had = rules_at(&config->rules, rule)->oifs;
	left = oifset_minus(had, oifs);
	oifset_unref(oifs);
	if (left == 0 || left == had) {
		if (left != 0)
			oifset_unref(left);
		*why = "the route has no such outbound interface";
		return -1;
	}
	set_oifs(ch, rule, left);
	return 0;
}

/* Outbound interfaces that the undone line has added, and that another line
 * (heir) names, too, count as added by that line from now on. */
static void
pass_oifs(struct change *c, struct change *heir)
{
	uint32_t left = oifset_minus(c->more, heir->named);
	uint32_t both = left != 0 ? oifset_minus(c->more, left) : 0;
	uint32_t more = both != 0 ? oifset_union(heir->more, both) : 0;

	if (both != 0)
		oifset_unref(both);
	if (more == 0) {
		log_errx("no memory to take a route back");
		if (left != 0)
			oifset_unref(left);
		return;
	}
	oifset_unref(heir->more);
	heir->more = more;
	oifset_unref(c->more);
	c->more = left;
}

/* Passes what the undone line has added on to other lines of the request that
 * name it, too: outbound interfaces, "kernel", and the rule if the line has
 * made it. */
static void
pass_on(struct changes *ch, struct change *c)
{
	struct change *heir;

	for (heir = ch->list; heir < ch->list + ch->n; heir++) {
		if (heir->undone || heir->is_join || heir->rule != c->rule ||
		    heir->serial != c->serial)
			continue;
		pass_oifs(c, heir);
		heir->is_new |= c->is_new;
		c->is_new = 0;
		if (heir->says_kernel) {
			heir->kernel |= c->kernel;
			c->kernel = 0;
		}
	}
}

/* Undoes an "add".  What other requests have added to the rule since then
 * stays. */
static void
undo_add(struct changes *ch, struct change *c)
{
	struct rule *x = rules_at(&config->rules, c->rule);
	uint32_t left;

	if (!x->used || x->serial != c->serial)
		return; /* a later line has removed it */
	pass_on(ch, c);
	if (c->kernel)
		x->kernel = 0;
	if ((left = oifset_minus(x->oifs, c->more)) == 0)
		log_errx("no memory to take a route back");
	else if (c->is_new && oifset_at(left)->n == 0) {
		oifset_unref(left);
		drop_rule(ch, c->rule);
	} else
		set_oifs(ch, c->rule, left);
}

static void
undo_join(struct changes *ch, const struct change *c)
{
	struct directive d = { .iif = pattern_at(c->group.iif)->name,
		.src = c->group.src,
		.grp = c->group.grp };

	if (!c->is_new)
		return;
	ch->regroup = 1;
	(void)config_leave(config, &d);
}

static void
undo(struct changes *ch, struct change *c)
{
	if (c->undone)
		return;
	c->undone = 1;
	if (c->is_join)
		undo_join(ch, c);
	else
		undo_add(ch, c);
	bus_tell_kind(BUS_CONFIG_CHANGED);
}

static int
change_join(struct changes *ch, const struct directive *d, uint32_t line,
    const char **why)
{
	struct change *c = new_change(ch, line);
	struct membership w;
	struct iface *i;
	uint32_t before = config->mgroups.pool.count;
	uint32_t rule;
	uint64_t k;

	*why = "no memory";
	if (c == NULL || config_add(config, d, &rule) == -1)
		return -1;
	ch->n++;
	c->is_join = 1;
	c->group.src = d->src;
	c->group.grp = d->grp;
	c->group.iif = pattern_find(d->iif);
	pattern_ref(c->group.iif);
	c->is_new = config->mgroups.pool.count > before;
	TAILQ_FOREACH(i, &ifaces, entry) {
		if (i->opt.enable == 0 ||
		    !pattern_match(pattern_at(c->group.iif), i->name))
			continue;
		w.ifindex = i->ifindex;
		for (k = 0; mgroup_nth(&c->group, k, &w.src, &w.grp); k++)
			if (groups_add(&w) == -1) {
				undo(ch, c);
				*why = "too many memberships";
				return -1;
			}
	}
	return c->is_new;
}

static int
change_leave(struct changes *ch, const struct directive *d, const char **why)
{
	static char text[512];

	if (config_leave(config, d) == -1) {
		*why = config_no_group(config, d, text, sizeof(text));
		return -1;
	}
	ch->regroup = 1;
	return 0;
}

/* The rule that the line has added to, or NULL. */
static const struct rule *
rule_of(const struct change *c)
{
	const struct rule *x;

	if (c->undone || c->is_join)
		return NULL;
	x = rules_at(&config->rules, c->rule);
	return x->used && x->serial == c->serial ? x : NULL;
}

/* The name of an interface that the line names and that would get no slot, or
 * NULL. */
static const char *
starved(const struct change *c)
{
	const struct oifset *s;
	const struct rule *x = rule_of(c);
	const char *name;
	uint32_t i;

	if (x == NULL)
		return NULL;
	s = oifset_at(c->named);
	name = slots_starved(pattern_at(x->iif));
	for (i = 0; i < s->n && name == NULL; i++)
		name = slots_starved(pattern_at(s->patterns[i]));
	return name;
}

/* Undoes lines that name interfaces without a slot, the newest first. */
static void
check_slots(struct changes *ch)
{
	char text[LOG_LINE_MAX], holders[LOG_LINE_MAX / 2];
	const char *name;
	size_t i;

	if (slots_check(config) == 0)
		return;
	for (i = ch->n; i-- > 0;) {
		if ((name = starved(&ch->list[i])) == NULL)
			continue;
		slots_names(UINT32_MAX, holders, sizeof(holders));
		snprintf(text, sizeof(text),
		    "no VIF left for %s: all %d are held by %s", name,
		    vif_slots(), holders);
		ch->fail(ch->request, ch->list[i].line, text);
		undo(ch, &ch->list[i]);
	}
}

/* Marks the work for reconcile, and takes a ticket of it. */
static void
mark(struct changes *ch, struct ticket *t)
{
	if (ch->all)
		reconcile_all();
	else if (ch->regroup)
		reconcile_groups();
	else
		reconcile_some();
	ticket_take(t, ch->all);
	ch->all = ch->regroup = 0;
	ch->wide = 0;
}

int
change_line(struct changes *ch, const struct ctl_cmd *c,
    const struct directive *d, const char **why)
{
	int rc;

	if (c->kind == CTL_ADD)
		rc = change_add(ch, d, c->line, why);
	else if (c->kind == CTL_REMOVE)
		rc = change_remove(ch, d, why);
	else if (c->kind == CTL_JOIN)
		rc = change_join(ch, d, c->line, why);
	else
		rc = change_leave(ch, d, why);
	if (rc != -1)
		bus_tell_kind(BUS_CONFIG_CHANGED);
	return rc;
}

void
changes_commit(struct changes *ch, struct ticket *t)
{
	if (ch->all || slots_are_short())
		check_slots(ch);
	if (ch->all && ch->wide > 0)
		reconcile_unstop();
	mark(ch, t);
}

static int
wants_entry(const struct change *c, const void *key)
{
	const struct rule *x = rule_of(c);
	const struct wire_key *k = key;

	return x != NULL && rule_is_host(x) &&
	    addr_cmp(&x->src, &k->src) == 0 && addr_cmp(&x->grp, &k->grp) == 0;
}

/* The first address of a range that the kernel refuses undoes the whole
 * line. */
static int
wants_membership(const struct change *c, const void *member)
{
	const struct membership *m = member;
	const struct iface *i = iface_by_index(m->ifindex);

	return c->is_join && prefix_match(&c->group.grp, &m->grp) &&
	    prefix_match(&c->group.src, &m->src) &&
	    (i == NULL || pattern_match(pattern_at(c->group.iif), i->name));
}

/* The kernel has refused what a line wants: the lines that want it fail and are
 * undone, the newest first. */
static void
refuse(struct changes *ch, int (*wants)(const struct change *, const void *),
    const void *what, const char *why, struct ticket *t)
{
	size_t n;
	int found = 0;

	for (n = ch->n; n-- > 0;) {
		if (ch->list[n].undone || !wants(&ch->list[n], what))
			continue;
		ch->fail(ch->request, ch->list[n].line, why);
		undo(ch, &ch->list[n]);
		found = 1;
	}
	if (found)
		mark(ch, t);
}

void
changes_refused(struct changes *ch, const struct wire_key *k, int error,
    struct ticket *t)
{
	refuse(ch, wants_entry, k, strerror(error), t);
}

void
changes_join_refused(struct changes *ch, const struct membership *m, int error,
    struct ticket *t)
{
	refuse(ch, wants_membership, m, strerror(error), t);
}
