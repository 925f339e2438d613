/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Tells which lines of the configuration wait for an interface.
 */
#include <stdio.h>
#include <string.h>

#include "engine/have/iface.h"
#include "engine/have/slots.h"
#include "engine/want/names.h"
#include "pending.h"

#define MAXNAMES 8    /* names in the sentence */
#define MAXLOOKS 4096 /* names of which the reason is looked for */

struct note {
	uint32_t lines;
	uint32_t names[MAXNAMES]; /* patterns */
	uint32_t nnames;
	uint32_t nreasons; /* the first ones have a reason */
	uint32_t looks;
	int more; /* there are more names */
};

static uint32_t notes; /* calls of pending_note() so far */

static int
no_interface(uint32_t pattern)
{
	const struct iface *i;

	TAILQ_FOREACH(i, &ifaces, entry)
		if (pattern_match(pattern_at(pattern), i->name))
			return 0;
	return 1;
}

/* 1 when the line waits for this outbound interface.  A wildcard never waits:
 * it stands for the interfaces that exist. */
static int
oif_waits(uint32_t pattern, int v6)
{
	const struct pattern *p = pattern_at(pattern);

	return !p->wild && p->slots[v6] == 0;
}

int
pending_phyint(const struct phyint *p)
{
	return (p->enable == 1 || p->mrdisc == 1) && no_interface(p->pattern);
}

int
pending_mgroup(const struct mgroup *m)
{
	return no_interface(m->iif);
}

int
pending_rule(const struct rule *x)
{
	const struct oifset *s = oifset_at(x->oifs);
	uint32_t i;

	if (pattern_at(x->iif)->slots[x->v6] == 0)
		return 1;
	for (i = 0; i < s->n; i++)
		if (oif_waits(s->patterns[i], x->v6))
			return 1;
	return 0;
}

/* The error with which the kernel has refused the VIF (v6: the MIF) of the
 * interface that the pattern names, or 0. */
static int
refusal(const struct pattern *p, int v6)
{
	int s;

	for (s = 0; s < MAXVIF && !p->wild; s++)
		if (slots[s].state[v6] == SLOT_REFUSED &&
		    slots[s].iface != NULL &&
		    strcmp(slots[s].iface->name, p->name) == 0)
			return slots[s].refused[v6];
	return 0;
}

/* Why a line waits for this interface: the name looks like a typing error, or
 * the kernel has refused the VIF.  NULL: there is nothing to say. */
static const char *
reason(const struct pattern *p)
{
	static char text[128];
	int error;

	if ((error = refusal(p, 0)) == 0 && (error = refusal(p, 1)) == 0)
		return conf_hint(p->name);
	snprintf(text, sizeof(text), "is refused by the kernel: %s",
	    strerror(error));
	return text;
}

/* Names with a reason are told first. */
static void
note_name(struct note *n, uint32_t pattern)
{
	struct pattern *p = pattern_at(pattern);

	if (p->noted == notes)
		return;
	p->noted = notes;
	n->more |= n->nnames == MAXNAMES;
	if (n->looks++ < MAXLOOKS && n->nreasons < MAXNAMES &&
	    reason(p) != NULL) {
		if (n->nnames < MAXNAMES)
			n->nnames++;
		n->names[n->nnames - 1] = n->names[n->nreasons];
		n->names[n->nreasons++] = pattern;
	} else if (n->nnames < MAXNAMES)
		n->names[n->nnames++] = pattern;
}

static void
note_rule(struct note *n, const struct rule *x)
{
	const struct oifset *s = oifset_at(x->oifs);
	uint32_t i;

	n->lines++;
	if (pattern_at(x->iif)->slots[x->v6] == 0)
		note_name(n, x->iif);
	for (i = 0; i < s->n; i++)
		if (oif_waits(s->patterns[i], x->v6))
			note_name(n, s->patterns[i]);
}

static void
note_all(struct note *n, const struct config *c)
{
	const struct mgroup *m;
	const struct rule *x;
	uint32_t i;

	for (i = 1; i < rules_top(&c->rules); i++) {
		x = rules_at(&c->rules, i);
		if (x->used && pending_rule(x))
			note_rule(n, x);
	}
	for (i = 1; i < mgroups_top(&c->mgroups); i++) {
		m = mgroups_at(&c->mgroups, i);
		if (m == NULL || !pending_mgroup(m))
			continue;
		n->lines++;
		note_name(n, m->iif);
	}
	for (i = 0; i < c->nphyints; i++)
		if (pending_phyint(&c->phyints[i])) {
			n->lines++;
			note_name(n, c->phyints[i].pattern);
		}
}

uint32_t
pending_note(const struct config *c, char *buf, size_t size)
{
	struct note n = { .lines = 0 };
	uint32_t i;

	notes++;
	buf[0] = '\0';
	note_all(&n, c);
	if (n.lines == 0)
		return 0;
	snprintf(buf, size,
	    "%u line%s for interfaces, see show pending:", n.lines,
	    n.lines == 1 ? " waits" : "s wait");
	for (i = 0; i < n.nnames; i++) {
		strlcat(buf, " ", size);
		strlcat(buf, pattern_at(n.names[i])->name, size);
	}
	if (n.more)
		strlcat(buf, " and others", size);
	for (i = 0; i < n.nreasons; i++) {
		strlcat(buf, "; '", size);
		strlcat(buf, pattern_at(n.names[i])->name, size);
		strlcat(buf, "' ", size);
		strlcat(buf, reason(pattern_at(n.names[i])), size);
	}
	conf_printable(buf);
	return n.lines;
}
