/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Decides which (*,G) rules become resident.
 *
 * A resident entry answers for all sources on one inbound interface, and the
 * kernel silently drops what comes in on its outbound interfaces.  So a group
 * becomes resident only when no rule names some of its sources, and no
 * interface is inbound and outbound for it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/log.h"
#include "engine/lib/hash.h"
#include "engine/have/entries.h"
#include "engine/want/names.h"
#include "decide.h"
#include "resident.h"

/* What the rules say about a group. */
struct interest {
	uint32_t narrow; /* a rule that names some of its sources; 0: none */
	uint32_t both;	 /* slots that are both inbound and outbound */
	uint32_t in;	 /* slots where a rule wants a resident entry */
	uint32_t oifs[MAXVIF];
};

struct range_key {
	struct addr grp;
	uint32_t glen;
	uint32_t v6;
};

static const char *refused; /* why no rule may become resident, or NULL */
static int failure; /* errno of the last entry that the kernel refused */

/* A hash of the rules that name sources: one for each range of groups. */
static struct {
	uint32_t serial; /* of the set of rules that was hashed */
	uint32_t *heads; /* with open addressing */
	uint32_t nheads;
	uint8_t glens[2][ADDR_BITS + 1]; /* lengths in use, by family */
	uint32_t nglens[2];
} narrow;

void
resident_refuse(const char *why)
{
	refused = why;
}

void
resident_failed(int error)
{
	failure = error;
}

static int
is_any_source(const struct rule *x)
{
	struct prefix src = { x->src, x->slen };

	return prefix_is_any(&src);
}

int
resident_wanted(const struct config *c, const struct rule *x)
{
	return (x->kernel || c->wildcards) && is_any_source(x) &&
	    x->action == RULE_FORWARD;
}

static uint64_t
groups_of(const struct rule *x)
{
	struct prefix grp = { x->grp, x->glen };

	return prefix_count(&grp);
}

/* 1 when the rule names a range of sources.  A rule for one source and group
 * does not count: the kernel prefers its entry to a resident one. */
static int
is_narrow(const struct rule *x)
{
	return x->used && !rule_is_host(x) && !is_any_source(x);
}

/* The place in the hash of the rule for this range of groups. */
static uint32_t *
narrow_place(const struct config *c, const struct addr *grp, uint32_t glen,
    uint32_t v6)
{
	struct range_key k;
	const struct rule *x;
	uint32_t i;

	memset(&k, 0, sizeof(k));
	k.grp = *grp;
	k.glen = glen;
	k.v6 = v6;
	addr_mask(&k.grp, glen);
	for (i = hash_bytes(&k, sizeof(k));; i++) {
		i &= narrow.nheads - 1;
		if (narrow.heads[i] == 0)
			break;
		x = rules_at(&c->rules, narrow.heads[i]);
		if (x->glen == glen && x->v6 == v6 &&
		    addr_cmp(&x->grp, &k.grp) == 0)
			break;
	}
	return &narrow.heads[i];
}

static void
narrow_add(const struct config *c, uint32_t rule)
{
	const struct rule *x = rules_at(&c->rules, rule);

	*narrow_place(c, &x->grp, x->glen, x->v6) = rule;
	if (memchr(narrow.glens[x->v6], x->glen, narrow.nglens[x->v6]) == NULL)
		narrow.glens[x->v6][narrow.nglens[x->v6]++] = x->glen;
}

/* Builds the hash again if a rule came or went since it was built. */
static void
narrow_renew(const struct config *c)
{
	uint32_t i, n = 0;

	if (narrow.serial == c->rules.serial)
		return;
	for (i = 1; i < rules_top(&c->rules); i++)
		n += is_narrow(rules_at(&c->rules, i));
	free(narrow.heads);
	memset(&narrow, 0, sizeof(narrow));
	narrow.serial = c->rules.serial;
	if (n == 0)
		return;
	for (narrow.nheads = 16; narrow.nheads < 2 * n; narrow.nheads *= 2)
		;
	if ((narrow.heads = calloc(narrow.nheads, sizeof(n))) == NULL)
		fatal(EX_OSERR, "routes");
	for (i = 1; i < rules_top(&c->rules); i++)
		if (is_narrow(rules_at(&c->rules, i)))
			narrow_add(c, i);
}

/* A rule that names some of the group's sources, or 0. */
static uint32_t
narrow_find(const struct config *c, const struct addr *grp)
{
	uint32_t i, rule = 0, v6 = addr_af(grp) == AF_INET6;

	for (i = 0; i < narrow.nglens[v6] && rule == 0; i++)
		rule = *narrow_place(c, grp, narrow.glens[v6][i], v6);
	return rule;
}

/* 1 when one of the verdict's rules wants to be resident. */
static int
is_any_wanted(const struct config *c, const struct verdict *v)
{
	const struct rule *x;
	uint32_t k;

	for (k = 0; k < v->nrules; k++) {
		x = rules_at(&c->rules, v->rules[k]);
		if (resident_wanted(c, x) && groups_of(x) <= RESIDENT_GROUPS)
			return 1;
	}
	return 0;
}

static void
collect_interest(struct config *c, const struct addr *grp, struct interest *w)
{
	uint32_t in = 0, out = 0;
	struct wire_key k;
	struct verdict v;
	struct prefix any;
	int s;

	memset(w, 0, sizeof(*w));
	narrow_renew(c);
	if ((w->narrow = narrow_find(c, grp)) != 0)
		return;
	prefix_any(&any, addr_af(grp));
	k.src = any.a;
	k.grp = *grp;
	for (s = 0; s < MAXVIF; s++) {
		decide(c, &k, s, 0, &v);
		if (v.action == VERDICT_UNCOVERED)
			continue;
		in |= 1U << s;
		out |= v.oifs;
		w->oifs[s] = v.oifs;
		if (v.oifs != 0 && is_any_wanted(c, &v))
			w->in |= 1U << s;
	}
	w->both = in & out;
}

uint32_t
resident_slots(struct config *c, const struct addr *grp, uint32_t oifs[MAXVIF])
{
	struct interest w;

	if (refused != NULL)
		return 0;
	collect_interest(c, grp, &w);
	memcpy(oifs, w.oifs, sizeof(w.oifs));
	return w.narrow != 0 || w.both != 0 ? 0 : w.in;
}

int
resident_nth(const struct config *c, const struct rule *x,
    const struct prefix *range, uint64_t k, struct addr *grp)
{
	struct prefix own = { x->grp, x->glen };

	if (!resident_wanted(c, x) || groups_of(x) > RESIDENT_GROUPS)
		return 0;
	if (range != NULL && range->len > own.len) {
		if (!prefix_match(&own, &range->a))
			return 0;
		own = *range;
	} else if (range != NULL && !prefix_match(range, &own.a))
		return 0;
	if (k >= prefix_count(&own))
		return 0;
	*grp = own.a;
	addr_add(grp, k);
	return 1;
}

/* Writes to buf why the group is not resident. */
static void
explain(const struct config *c, const struct interest *w, char *buf)
{
	const size_t size = RESIDENT_WHY;
	char names[MAXVIF * IF_NAMESIZE];
	const struct rule *x;

	if (w->narrow != 0) {
		x = rules_at(&c->rules, w->narrow);
		if (x->line != 0)
			snprintf(buf, size, "%s:%u names sources of the group",
			    config_file(c, x), x->line);
		else
			snprintf(buf, size,
			    "%s has added a rule that names sources of the group",
			    config_file(c, x));
	} else if (w->both != 0) {
		slots_names(w->both, names, sizeof(names));
		snprintf(buf, size, "inbound and outbound: %s", names);
	} else if (w->in == 0)
		snprintf(buf, size, "no outbound interface");
	else
		snprintf(buf, size, "not in the kernel%s%s",
		    failure != 0 ? ": " : "",
		    failure != 0 ? strerror(failure) : "");
}

/* 1 when the kernel has a resident entry of the group for each of these
 * slots. */
static int
has_resident_entries(const struct addr *grp, uint32_t in)
{
	uint32_t i;

	for (; in != 0; in &= in - 1) {
		i = entry_find_resident(grp, ffs(in) - 1);
		if (i == 0 || entry_at(i)->have_iif == NOSLOT)
			return 0;
	}
	return 1;
}

enum resident_state
resident_state(struct config *c, const struct rule *x, char buf[RESIDENT_WHY])
{
	char why[RESIDENT_WHY] = "", grp_name[ADDRSTRLEN];
	uint32_t mine = pattern_at(x->iif)->slots[x->v6];
	uint64_t k, n = groups_of(x), held = 0;
	struct addr grp;
	struct interest w;

	if (refused != NULL || mine == 0 || n > RESIDENT_GROUPS) {
		if (refused == NULL && mine != 0)
			snprintf(buf, RESIDENT_WHY, "more than %d groups",
			    RESIDENT_GROUPS);
		else
			strlcpy(buf,
			    refused != NULL ? refused : "no inbound interface",
			    RESIDENT_WHY);
		return RESIDENT_NONE;
	}
	for (k = 0; resident_nth(c, x, NULL, k, &grp); k++) {
		collect_interest(c, &grp, &w);
		w.in &= mine;
		if (w.narrow == 0 && w.both == 0 && w.in != 0 &&
		    has_resident_entries(&grp, w.in)) {
			held++;
			continue;
		}
		if (why[0] != '\0')
			continue;
		explain(c, &w, why);
		addr_print(&grp, grp_name);
	}
	if (held == n)
		return RESIDENT_ALL;
	buf[0] = '\0';
	if (held != 0)
		snprintf(buf, RESIDENT_WHY,
		    "%u of %u groups; %s: ", (unsigned int)held,
		    (unsigned int)n, grp_name);
	strlcat(buf, why, RESIDENT_WHY);
	return held == 0 ? RESIDENT_NONE : RESIDENT_SOME;
}
