/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A configuration: what the files say, and what smcroutectl adds to it.
 */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "engine/lib/hash.h"
#include "names.h"

struct config *
config_new(void)
{
	struct config *c;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	rules_init(&c->rules);
	c->limits.flows = CONF_FLOWS;
	c->limits.flows_per_interface = CONF_MAXLIMIT;
	c->limits.groups = CONF_GROUPS;
	return c;
}

void
config_free(struct config *c)
{
	size_t i;

	if (c == NULL)
		return;
	rules_clear(&c->rules);
	for (i = 0; i < c->nphyints; i++)
		pattern_unref(c->phyints[i].pattern);
	for (i = 0; i < c->nmgroups; i++)
		pattern_unref(c->mgroups[i].iif);
	for (i = 0; i < c->nfiles; i++)
		free(c->files[i]);
	for (i = 0; i < c->nwarnings; i++)
		free(c->warnings[i]);
	free(c->phyints);
	free(c->mgroups);
	free(c->groups);
	free(c->files);
	free(c->warnings);
	free(c);
}

/* Grows in steps, so that adding n is not n copies. */
static void *
append(void *list, size_t n, size_t size)
{
	if (n & (n - 1))
		return list; /* room up to the next power of two */
	return reallocarray(list, n ? 2 * n : 1, size);
}

static int
add_phyint(struct config *c, const struct directive *d)
{
	struct phyint *p;

	if ((p = append(c->phyints, c->nphyints, sizeof(*p))) == NULL)
		return -1;
	c->phyints = p;
	p += c->nphyints;
	if ((p->pattern = pattern_get(d->iif)) == 0)
		return -1;
	p->enable = d->enable;
	p->mrdisc = d->mrdisc;
	p->ttl = d->ttl;
	c->nphyints++;
	return 0;
}

void
config_warn(struct config *c, const char *text)
{
	char **w;
	size_t i;

	for (i = 0; i < c->nwarnings; i++)
		if (strcmp(c->warnings[i], text) == 0)
			return;
	if (c->nwarnings >= CONFIG_MAXWARNINGS ||
	    (w = append(c->warnings, c->nwarnings, sizeof(*w))) == NULL) {
		c->unshown++;
		return;
	}
	c->warnings = w;
	/* -Wanalyzer-malloc-leak: gcc loses what is stored at an index */
	if ((w[c->nwarnings] = strdup(text)) != NULL)
		c->nwarnings++;
}

static int
same_group(const struct mgroup *a, const struct mgroup *b)
{
	return a->iif == b->iif && a->src.len == b->src.len &&
	    a->grp.len == b->grp.len && addr_cmp(&a->grp.a, &b->grp.a) == 0 &&
	    addr_cmp(&a->src.a, &b->src.a) == 0;
}

/* Where the hash has the group, or would have it. */
static uint32_t *
group_place(const struct config *c, const struct mgroup *m)
{
	struct {
		struct addr src, grp;
		uint32_t iif, slen, glen;
	} k;
	uint32_t i;

	memset(&k, 0, sizeof(k));
	k.src = m->src.a;
	k.grp = m->grp.a;
	k.iif = m->iif;
	k.slen = m->src.len;
	k.glen = m->grp.len;
	for (i = hash_bytes(&k, sizeof(k));; i++) {
		i &= c->ngroups - 1;
		if (c->groups[i] == 0 ||
		    same_group(&c->mgroups[c->groups[i] - 1], m))
			return &c->groups[i];
	}
}

/* A file may say the same twice: the first one counts. */
static void
hash_groups(struct config *c)
{
	uint32_t i, *place;

	memset(c->groups, 0, c->ngroups * sizeof(*c->groups));
	for (i = 0; i < c->nmgroups; i++) {
		place = group_place(c, &c->mgroups[i]);
		if (*place == 0)
			*place = i + 1;
	}
}

/* Room for one more; 0, or -1. */
static int
grow_groups(struct config *c)
{
	uint32_t n = c->ngroups != 0 ? 2 * c->ngroups : 16, *groups;

	if (2 * c->nmgroups + 2 <= c->ngroups)
		return 0;
	if ((groups = reallocarray(c->groups, n, sizeof(*groups))) == NULL)
		return -1;
	c->groups = groups;
	c->ngroups = n;
	hash_groups(c);
	return 0;
}

/* As one of ours; 0: its interface is not known, so it is not there. */
static int
find_group(const struct directive *d, struct mgroup *m)
{
	m->src = d->src;
	m->grp = d->grp;
	m->iif = pattern_find(d->iif);
	return m->iif != 0;
}

uint32_t
config_find_route(const struct config *c, const struct directive *d)
{
	uint32_t iif = pattern_find(d->iif);

	return iif != 0 ? rules_find(&c->rules, iif, &d->src, &d->grp) : 0;
}

int
config_has_group(const struct config *c, const struct directive *d)
{
	struct mgroup m;

	return c->ngroups != 0 && find_group(d, &m) && *group_place(c, &m) != 0;
}

static int
add_mgroup(struct config *c, const struct directive *d)
{
	struct mgroup *m;
	uint32_t *place;

	/* a script may say it again and again */
	if (d->file == NULL && config_has_group(c, d))
		return 0;
	if ((m = append(c->mgroups, c->nmgroups, sizeof(*m))) == NULL)
		return -1;
	c->mgroups = m;
	m += c->nmgroups;
	if (grow_groups(c) == -1 || (m->iif = pattern_get(d->iif)) == 0)
		return -1;
	m->src = d->src;
	m->grp = d->grp;
	place = group_place(c, m);
	c->nmgroups++;
	if (*place == 0)
		*place = c->nmgroups;
	return 0;
}

int
config_leave(struct config *c, const struct directive *d)
{
	struct mgroup m;
	size_t i, left = 0;

	if (!config_has_group(c, d) || !find_group(d, &m))
		return -1;
	for (i = 0; i < c->nmgroups; i++)
		if (same_group(&c->mgroups[i], &m))
			pattern_unref(c->mgroups[i].iif);
		else
			c->mgroups[left++] = c->mgroups[i];
	c->nmgroups = left;
	/* append() counts on room for a full power of two */
	hash_groups(c);
	return 0;
}

int
mgroup_nth(const struct mgroup *m, uint64_t k, struct addr *src,
    struct addr *grp)
{
	uint64_t groups = prefix_count(&m->grp);
	uint64_t sources = prefix_is_any(&m->src) ? 1 : prefix_count(&m->src);

	if (k / groups >= sources)
		return 0;
	*src = m->src.a;
	*grp = m->grp.a;
	addr_add(src, k / groups);
	addr_add(grp, k % groups);
	return 1;
}

static uint16_t
file_index(struct config *c, const char *name)
{
	char **files;

	if (name == NULL)
		return 0;
	if (c->nfiles > 0 && strcmp(c->files[c->nfiles - 1], name) == 0)
		return c->nfiles;
	if (c->nfiles >= UINT16_MAX ||
	    (files = reallocarray(c->files, c->nfiles + 1, sizeof(*files))) ==
		NULL)
		return 0;
	c->files = files;
	/* -Wanalyzer-malloc-leak: gcc loses what is stored at an index */
	if ((c->files[c->nfiles] = strdup(name)) == NULL)
		return 0;
	return ++c->nfiles;
}

static int
add_mroute(struct config *c, const struct directive *d, uint32_t *rule)
{
	struct rule *r;
	uint32_t iif, oifs;

	if ((iif = pattern_get(d->iif)) == 0)
		return -1;
	if ((oifs = oifset_get(d->oifs, d->noifs)) == 0 ||
	    (*rule = rules_add(&c->rules, iif, &d->src, &d->grp, oifs)) == 0) {
		if (oifs != 0)
			oifset_unref(oifs);
		pattern_unref(iif);
		return -1;
	}
	pattern_unref(iif);
	r = rules_at(&c->rules, *rule);
	r->kernel |= d->kernel;
	if (r->line == 0) {
		r->line = d->line;
		r->file = file_index(c, d->file);
	}
	return 0;
}

/* The last line that says something decides. */
static void
add_limits(struct limits *l, const struct limits *said)
{
	if (said->flows != 0)
		l->flows = said->flows;
	if (said->flows_per_interface != 0)
		l->flows_per_interface = said->flows_per_interface;
	if (said->groups != 0)
		l->groups = said->groups;
}

int
config_add(struct config *c, const struct directive *d, uint32_t *rule)
{
	*rule = 0;
	switch (d->kind) {
	case DIR_PHYINT:
		return add_phyint(c, d);
	case DIR_MGROUP:
		return add_mgroup(c, d);
	case DIR_MROUTE:
		return add_mroute(c, d, rule);
	case DIR_LIMIT:
		add_limits(&c->limits, &d->limits);
		return 0;
	case DIR_WILDCARDS:
		c->wildcards = d->kernel;
		return 0;
	case DIR_INCLUDE:
		break; /* the parent has sent those files, too */
	}
	return 0;
}

/* Keeps the value of the most specific pattern in *value. */
static void
decide(int *value, size_t *best, int said, size_t len)
{
	if (said == -1 || len < *best || (len == *best && *value == 0))
		return;
	*value = said;
	*best = len;
}

void
config_phyint(const struct config *c, const char *ifname,
    struct phyint_options *o)
{
	const struct pattern *p;
	size_t i, len, best[3] = { 0, 0, 0 };

	o->enable = o->mrdisc = o->ttl = -1;
	for (i = 0; i < c->nphyints; i++) {
		p = pattern_at(c->phyints[i].pattern);
		if (!pattern_match(p, ifname))
			continue;
		len = p->wild ? p->wild : IFPAT_SIZE;
		decide(&o->enable, &best[0], c->phyints[i].enable, len);
		decide(&o->mrdisc, &best[1], c->phyints[i].mrdisc, len);
		decide(&o->ttl, &best[2], c->phyints[i].ttl, len);
	}
}

const char *
config_file(const struct config *c, const struct rule *r)
{
	return r->file == 0 ? "smcroutectl" : c->files[r->file - 1];
}
