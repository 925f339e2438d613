/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Which interface has which slot.  The slot of an interface that is
 * gone is used again only after every MFC entry that names it was rewritten.
 * The kernel keeps such entries, and would forward packets to the next
 * interface in that slot.
 */
#include <string.h>

#include "common/log.h"
#include "engine/out/verbs.h"
#include "engine/sys/vif.h"
#include "engine/want/names.h"
#include "slots.h"
#include "vifs.h"

static TAILQ_HEAD(, iface) wants;
static uint32_t walk; /* number of the last walk over all rules */

void
slots_adopt(const struct wire_vif *v)
{
	struct slot *s = &slots[v->slot];

	s->ifindex = v->ifindex;
	s->iface = iface_by_index(v->ifindex);
	s->state[v->v6] = SLOT_BOUND;
	s->ttl = 0; /* not known */
	if (s->iface != NULL)
		s->iface->slot = v->slot;
	else /* the interface is gone; another may come with its index */
		s->lost = 1;
}

/* The slot after the highest one in use, so that a number is not soon used for
 * another interface.  If there is none, the lowest free one; -1: all are in
 * use. */
static int
free_slot(void)
{
	int i, top = 0;

	for (i = 0; i < vif_slots(); i++)
		if (slots[i].ifindex != 0)
			top = i + 1;
	if (top < vif_slots())
		return top;
	for (i = 0; i < vif_slots(); i++)
		if (slots[i].ifindex == 0)
			return i;
	return -1;
}

void
slots_names(uint32_t mask, char *buf, size_t size)
{
	struct iface *i;
	int s;

	buf[0] = '\0';
	for (s = 0; s < MAXVIF; s++) {
		if (!(mask & 1U << s) || (i = slots[s].iface) == NULL)
			continue;
		if (buf[0] != '\0')
			strlcat(buf, " ", size);
		strlcat(buf, i->name, size);
	}
}

/* 1 when a slot will be free as soon as the entries that name it are
 * rewritten. */
static int
any_dying(void)
{
	int s;

	for (s = 0; s < MAXVIF; s++)
		if (slots[s].ifindex != 0 && slots[s].iface == NULL)
			return 1;
	return 0;
}

/* Takes a slot from an interface that only a wildcard wants, for one that a
 * line names.  1: there was such an interface. */
static int
displace(void)
{
	struct iface *i;
	int s;

	for (s = MAXVIF - 1; s >= 0; s--) {
		if ((i = slots[s].iface) == NULL || i->wanted != WANTED_WILD)
			continue;
		slots[s].iface = NULL;
		i->slot = -1;
		return 1;
	}
	return 0;
}

static void
take_slot(struct iface *i)
{
	char holders[LOG_LINE_MAX];
	int s;

	if ((s = free_slot()) == -1) {
		if (any_dying() || (i->wanted == WANTED && displace()))
			return; /* a slot becomes free before the next turn */
		if (!i->starved) {
			slots_names(UINT32_MAX, holders, sizeof(holders));
			log_errx("no VIF left for %s: all %d are held by %s",
			    i->name, vif_slots(), holders);
		}
		i->starved = 1;
		return;
	}
	i->starved = 0;
	i->slot = s;
	memset(&slots[s], 0, sizeof(slots[s]));
	slots[s].iface = i;
	slots[s].ifindex = i->ifindex;
}

static void
want_pattern(uint32_t index, enum wanted how)
{
	struct pattern *p = pattern_at(index);
	struct iface *i;

	if (p->stamp == walk)
		return;
	p->stamp = walk;
	TAILQ_FOREACH(i, &ifaces, entry) {
		if (!pattern_match(p, i->name))
			continue;
		if (!iface_usable(i)) {
			i->unable = i->opt.enable != 0;
			continue;
		}
		if (i->wanted != NOT_WANTED)
			continue;
		i->wanted = how;
		TAILQ_INSERT_TAIL(&wants, i, want);
	}
}

/* Wants the interfaces of a set: those that are named, or those that wildcards
 * match. */
static void
want_oifs(uint32_t index, int wild)
{
	struct oifset *s = oifset_at(index);
	uint32_t i;

	if (s->stamp == walk + wild)
		return;
	s->stamp = walk + wild;
	for (i = 0; i < s->n; i++)
		if (!pattern_at(s->patterns[i])->wild == !wild)
			want_pattern(s->patterns[i],
			    wild ? WANTED_WILD : WANTED);
}

/* Takes slots from interfaces that are gone, made anew or switched off.  An
 * interface whose slot was about to be freed gets it back if it still has
 * it. */
static void
drop_lost(void)
{
	struct iface *i;
	int s;

	for (s = 0; s < MAXVIF; s++) {
		if (slots[s].ifindex == 0)
			continue;
		i = iface_by_index(slots[s].ifindex);
		if (i != NULL && (slots[s].lost || !iface_usable(i)))
			i = NULL;
		slots[s].iface = i;
		if (i != NULL)
			i->slot = s;
	}
	TAILQ_FOREACH(i, &ifaces, entry)
		if (i->slot != -1 && slots[i->slot].iface != i)
			i->slot = -1;
}

void
slots_lost(const struct iface *i)
{
	int s;

	/* also a slot that was about to be freed */
	for (s = 0; s < MAXVIF; s++)
		if (slots[s].ifindex == i->ifindex) {
			slots[s].iface = NULL;
			slots[s].lost = 1;
		}
}

/* Lists the interfaces that are wanted, in the order of the configuration.
 * Those that only wildcards of outbound interfaces match come last. */
static void
list_wants(const struct config *c)
{
	const struct rule *r;
	struct iface *i;
	uint32_t n;
	size_t k;
	int wild;

	TAILQ_INIT(&wants);
	TAILQ_FOREACH(i, &ifaces, entry) {
		i->wanted = NOT_WANTED;
		i->unable = 0;
	}
	for (k = 0; k < c->nphyints; k++)
		if (c->phyints[k].enable == 1 || c->phyints[k].mrdisc == 1)
			want_pattern(c->phyints[k].pattern, WANTED);
	for (wild = 0; wild <= 1; wild++)
		for (n = 1; n < rules_top(&c->rules); n++) {
			r = rules_at(&c->rules, n);
			if (!r->used)
				continue;
			if (!wild)
				want_pattern(r->iif, WANTED);
			want_oifs(r->oifs, wild);
		}
}

/* Marks the patterns that this walk has met: slots_assign() knows them now. */
static void
know_patterns(void)
{
	struct pattern *p;
	uint32_t n;

	for (n = 1; n < pattern_top(); n++) {
		p = pattern_at(n);
		p->known = p->refs > 0 && p->stamp == walk;
	}
}

int
slots_assign(const struct config *c)
{
	struct iface *i;

	walk += 2; /* want_oifs() uses two numbers */
	drop_lost();
	vifs_leave();
	list_wants(c);
	know_patterns();
	TAILQ_FOREACH(i, &ifaces, entry) {
		if (i->wanted != NOT_WANTED || i->slot == -1)
			continue;
		slots[i->slot].iface = NULL;
		i->slot = -1;
	}
	TAILQ_FOREACH(i, &wants, want) {
		if (i->slot == -1)
			take_slot(i);
		if (i->slot != -1)
			vifs_bind(i->slot);
	}
	verbs_flush();
	return slots_any(SLOT_ADDING);
}

int
slots_know(const struct rule *r)
{
	const struct oifset *s = oifset_at(r->oifs);
	uint32_t i;

	for (i = 0; i < s->n; i++)
		if (!pattern_at(s->patterns[i])->known)
			return 0;
	return pattern_at(r->iif)->known;
}

unsigned int
slots_check(const struct config *c)
{
	struct iface *i;
	unsigned int wild = 0, room = vif_slots(), n = 0;

	TAILQ_FOREACH(i, &ifaces, entry)
		n++;
	if (n <= room)
		return 0; /* each of them can have one */
	n = 0;
	walk += 2;
	list_wants(c);
	TAILQ_FOREACH(i, &wants, want) {
		if (i->slot == -1)
			continue;
		room--;
		wild += i->wanted == WANTED_WILD;
	}
	TAILQ_FOREACH(i, &wants, want) {
		i->lacking = 0;
		if (i->slot != -1)
			continue;
		if (room > 0)
			room--;
		else if (i->wanted == WANTED && wild > 0)
			wild--; /* it gives its slot up: see displace() */
		else {
			i->lacking = 1;
			n++;
		}
	}
	return n;
}

int
slots_are_short(void)
{
	const struct iface *i;

	TAILQ_FOREACH(i, &ifaces, entry)
		if (i->starved && i->slot == -1)
			return 1;
	return 0;
}

const char *
slots_starved(const struct pattern *p)
{
	const struct iface *i;

	TAILQ_FOREACH(i, &ifaces, entry)
		if (i->lacking && i->slot == -1 && pattern_match(p, i->name))
			return i->name;
	return NULL;
}

struct iface *
slot_iface(int slot, int v6)
{
	if (slot >= MAXVIF || slots[slot].state[v6] != SLOT_BOUND)
		return NULL;
	return slots[slot].iface;
}

uint32_t
slots_resolve(void)
{
	struct pattern *p;
	struct iface *i;
	uint32_t n, changed = 0;
	uint8_t ttl;
	int s, v6;

	for (s = 0; s < MAXVIF; s++) {
		if ((i = slots[s].iface) == NULL)
			continue;
		ttl = vifs_threshold(i);
		if (ttl != slots[s].ttl)
			changed |= 1U << s;
		slots[s].ttl = ttl;
	}
	for (n = 1; n < pattern_top(); n++) {
		p = pattern_at(n);
		if (p->refs == 0)
			continue;
		p->slots[0] = p->slots[1] = 0;
		for (s = 0; s < MAXVIF; s++)
			for (v6 = 0; v6 <= 1; v6++)
				if ((i = slot_iface(s, v6)) != NULL &&
				    pattern_match(p, i->name))
					p->slots[v6] |= 1U << s;
	}
	oifset_resolve_all();
	return changed;
}

void
slot_ttls(uint32_t mask, uint8_t ttls[MAXVIF])
{
	int s;

	for (s = 0; s < MAXVIF; s++)
		ttls[s] = mask & (1U << s) ? slots[s].ttl : 0;
}
