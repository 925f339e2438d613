/*
 * Which rules of any source the kernel can hold itself.
 *
 * An entry of any source answers for all that comes in on one interface, and
 * drops what comes in on its outbound ones without a word.  So a group is the
 * kernel's only when no rule looks at its sources, and no interface is inbound
 * and outbound for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "resident.h"
#include "slots.h"

static const char *refused;
static uint32_t *narrow, nnarrow, maxnarrow; /* rules that look at sources */

void
resident_refuse(const char *why)
{
	refused = why;
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
	    oifset_at(x->oifs)->n > 0;
}

/* Exact routes have entries of their own, which go before those of any source.
 * 0, or -1: no memory. */
static int
find_narrow(struct config *c)
{
	const struct rule *x;
	uint32_t i, *more;

	nnarrow = 0;
	for (i = 1; i < rules_top(&c->rules); i++) {
		x = rules_at(&c->rules, i);
		if (!x->used || rule_is_host(x) || is_any_source(x))
			continue;
		if (nnarrow == maxnarrow) {
			more =
			    reallocarray(narrow, nnarrow + 64, sizeof(*more));
			if (more == NULL)
				return -1;
			narrow = more;
			maxnarrow = nnarrow + 64;
		}
		narrow[nnarrow++] = i;
	}
	return 0;
}

/* Where packets of the group go that come in on the slot from anywhere. */
static int
lookup(struct config *c, const struct addr *grp, int slot, uint32_t *oifs)
{
	int v6 = addr_af(grp) == AF_INET6;
	struct iface *i = slot_iface(slot, v6);
	struct prefix any;
	uint32_t rule;

	prefix_any(&any, addr_af(grp));
	return i != NULL &&
	    rules_lookup(&c->rules, i->patterns, i->npatterns, &any.a, grp,
		slot, oifs, &rule);
}

/* Why the group is not the kernel's, into buf; NULL: it is. */
static const char *
why_not(struct config *c, const struct addr *grp, char *buf, size_t size)
{
	char name[MAXVIF * IF_NAMESIZE];
	const struct rule *x;
	uint32_t i, oifs, in = 0, out = 0;
	int s;

	for (i = 0; i < nnarrow; i++) {
		x = rules_at(&c->rules, narrow[i]);
		if (!rule_covers(x, &x->src, grp))
			continue;
		snprintf(buf, size, "%s:%u looks at its sources",
		    config_file(c, x), x->line);
		return buf;
	}
	for (s = 0; s < MAXVIF; s++)
		if (lookup(c, grp, s, &oifs)) {
			in |= 1U << s;
			out |= oifs;
		}
	if ((in & out) == 0)
		return NULL;
	slots_names(in & out, name, sizeof(name));
	snprintf(buf, size, "inbound and outbound: %s", name);
	return buf;
}

static uint64_t
groups_of(const struct rule *x)
{
	struct prefix grp = { x->grp, x->glen };

	return prefix_count(&grp);
}

static void
each_of(struct config *c, const struct rule *x,
    void (*f)(const struct addr *, int, uint32_t))
{
	uint32_t mask, oifs;
	struct addr grp;
	uint64_t k;
	char buf[256];
	int s;

	for (k = 0; k < groups_of(x); k++) {
		grp = x->grp;
		addr_add(&grp, k);
		if (why_not(c, &grp, buf, sizeof(buf)) != NULL)
			continue;
		for (mask = pattern_at(x->iif)->slots[x->v6]; mask != 0;
		     mask &= mask - 1) {
			s = ffs(mask) - 1;
			if (lookup(c, &grp, s, &oifs) && oifs != 0)
				f(&grp, s, oifs);
		}
	}
}

uint32_t
resident_each(struct config *c, void (*f)(const struct addr *, int, uint32_t))
{
	const struct rule *x;
	uint32_t i, wanted = 0;

	for (i = 1; i < rules_top(&c->rules); i++) {
		x = rules_at(&c->rules, i);
		wanted += x->used && resident_wanted(c, x);
	}
	if (wanted == 0 || refused != NULL || find_narrow(c) == -1)
		return wanted;
	for (i = 1; i < rules_top(&c->rules); i++) {
		x = rules_at(&c->rules, i);
		if (x->used && resident_wanted(c, x) &&
		    groups_of(x) <= RESIDENT_GROUPS)
			each_of(c, x, f);
	}
	return wanted;
}

const char *
resident_why(struct config *c, const struct rule *x, char *buf, size_t size)
{
	struct addr grp;
	uint64_t k;

	if (refused != NULL)
		return refused;
	if (groups_of(x) > RESIDENT_GROUPS) {
		snprintf(buf, size, "more than %d groups", RESIDENT_GROUPS);
		return buf;
	}
	for (k = 0; k < groups_of(x); k++) {
		grp = x->grp;
		addr_add(&grp, k);
		if (why_not(c, &grp, buf, size) != NULL)
			return buf;
	}
	return NULL;
}
