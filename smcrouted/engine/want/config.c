/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A configuration: what the files say, and what smcroutectl adds to it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "current.h"
#include "names.h"

struct config *config;

struct config *
config_new(void)
{
	struct config *c;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		return NULL;
	rules_init(&c->rules);
	mgroups_init(&c->mgroups);
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
	mgroups_clear(&c->mgroups);
	for (i = 0; i < c->nfiles; i++)
		free(c->files[i]);
	for (i = 0; i < c->nwarnings; i++)
		free(c->warnings[i]);
	free(c->phyints);
	free(c->files);
	free(c->warnings);
	free(c);
}

/* Makes room for one more element of a list.  The room doubles each time, so
 * that adding n elements copies the list few times. */
static void *
grow_list(void *list, size_t n, size_t size)
{
	if (n & (n - 1))
		return list; /* room up to the next power of two */
	return reallocarray(list, n ? 2 * n : 1, size);
}

static int
add_phyint(struct config *c, const struct directive *d)
{
	struct phyint *p;

	if ((p = grow_list(c->phyints, c->nphyints, sizeof(*p))) == NULL)
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
	    (w = grow_list(c->warnings, c->nwarnings, sizeof(*w))) == NULL) {
		c->unshown++;
		return;
	}
	c->warnings = w;
	/* -Wanalyzer-malloc-leak: wrong, the array owns the text */
	if ((w[c->nwarnings] = strdup(text)) != NULL)
		c->nwarnings++;
}

uint32_t
config_find_route(const struct config *c, const struct directive *d)
{
	uint32_t iif = pattern_find(d->iif);

	return iif != 0 ? rules_find(&c->rules, iif, &d->src, &d->grp) : 0;
}

static uint32_t
find_group(const struct config *c, const struct directive *d)
{
	uint32_t iif = pattern_find(d->iif);

	return iif != 0 ? mgroups_find(&c->mgroups, iif, &d->src, &d->grp) : 0;
}

int
config_has_group(const struct config *c, const struct directive *d)
{
	return find_group(c, d) != 0;
}

static int
add_mgroup(struct config *c, const struct directive *d)
{
	uint32_t iif;
	int rc;

	if ((iif = pattern_get(d->iif)) == 0)
		return -1;
	rc = mgroups_add(&c->mgroups, iif, &d->src, &d->grp);
	pattern_unref(iif);
	return rc;
}

int
config_leave(struct config *c, const struct directive *d)
{
	uint32_t i = find_group(c, d);

	if (i == 0)
		return -1;
	mgroups_remove(&c->mgroups, i);
	return 0;
}

static void
print_source(const struct prefix *src, char buf[ADDRSTRLEN + 1])
{
	if (prefix_is_any(src))
		strlcpy(buf, "*", ADDRSTRLEN);
	else
		prefix_print(src, buf);
	strlcat(buf, " ", ADDRSTRLEN + 1);
}

/* Writes that what the directive names is only part of a line. */
static void
write_part(char *buf, size_t size, const struct directive *d,
    const struct prefix *src, const struct prefix *grp, const char *advice)
{
	char s[ADDRSTRLEN + 1] = "", g[ADDRSTRLEN];
	char whole_s[ADDRSTRLEN + 1] = "", whole_g[ADDRSTRLEN];

	if (!prefix_is_any(src) || !prefix_is_any(&d->src)) {
		print_source(&d->src, s);
		print_source(src, whole_s);
	}
	snprintf(buf, size, "%s%s is part of %s%s, %s", s,
	    prefix_print(&d->grp, g), whole_s, prefix_print(grp, whole_g),
	    advice);
}

const char *
config_no_group(const struct config *c, const struct directive *d, char *buf,
    size_t size)
{
	const struct mgroup *m;
	char advice[IFPAT_SIZE + 32];

	m = mgroups_covering(&c->mgroups, d->iif, &d->src, &d->grp);
	if (m == NULL) {
		strlcpy(buf, "no such group", size);
		return buf;
	}
	snprintf(advice, sizeof(advice), "joined on %s: leave that",
	    pattern_at(m->iif)->name);
	write_part(buf, size, d, &m->src, &m->grp, advice);
	return buf;
}

const char *
config_no_route(struct config *c, const struct directive *d, char *buf,
    size_t size)
{
	uint32_t iif = pattern_find(d->iif), i, n = 0;
	const struct rule *x;
	struct prefix src, grp;
	char advice[IFPAT_SIZE + 32];

	strlcpy(buf, "no such route", size);
	if (iif != 0)
		n = rules_cover(&c->rules, &iif, 1, &d->src.a, &d->grp.a);
	for (i = 0; i < n; i++) {
		x = rules_at(&c->rules, c->rules.match[i]);
		if (x->slen > d->src.len || x->glen > d->grp.len)
			continue;
		src.a = x->src;
		src.len = x->slen;
		grp.a = x->grp;
		grp.len = x->glen;
		snprintf(advice, sizeof(advice), "routed from %s: remove that",
		    d->iif);
		write_part(buf, size, d, &src, &grp, advice);
		break;
	}
	return buf;
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
	/* -Wanalyzer-malloc-leak: wrong, the array owns the text */
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

/* Of several lines with the same limit the last one counts. */
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
		break; /* the parent sends the included files */
	}
	return 0;
}

/* Sets *value to what a line says, if its pattern is more specific than those
 * of the lines before (*best). */
static void
set_option(int *value, size_t *best, int said, size_t len)
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
		set_option(&o->enable, &best[0], c->phyints[i].enable, len);
		set_option(&o->mrdisc, &best[1], c->phyints[i].mrdisc, len);
		set_option(&o->ttl, &best[2], c->phyints[i].ttl, len);
	}
}

const char *
config_file(const struct config *c, const struct rule *r)
{
	return r->file == 0 ? "smcroutectl" : c->files[r->file - 1];
}
