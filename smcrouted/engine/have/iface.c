/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The table of interfaces, kept up to date by the kernel's events.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/log.h"
#include "engine/sys/ifaddr.h"
#include "engine/sys/ifevent.h"
#include "engine/want/names.h"
#include "bus.h"
#include "iface.h"

#define LINK_UP (IFF_UP | IFF_RUNNING)

struct ifaces ifaces = TAILQ_HEAD_INITIALIZER(ifaces);

static const struct iface_handler *handler;
static int started;
/* What iface_settle() has to tell the handler. */
static int dirty, stirred, touched, addresses;

struct iface *
iface_by_index(uint32_t ifindex)
{
	struct iface *i;

	TAILQ_FOREACH(i, &ifaces, entry)
		if (i->ifindex == ifindex)
			return i;
	return NULL;
}

const char *
iface_name(uint32_t ifindex)
{
	static char text[32];
	const struct iface *i = iface_by_index(ifindex);

	if (i != NULL)
		return i->name;
	snprintf(text, sizeof(text), "interface %u", ifindex);
	return text;
}

int
iface_usable(const struct iface *i)
{
	return (i->flags & (IFF_MULTICAST | IFF_LOOPBACK)) != 0 &&
	    i->opt.enable != 0;
}

int
iface_is_up(const struct iface *i)
{
	return (i->flags & LINK_UP) == LINK_UP;
}

static struct iface *
insert(uint32_t ifindex)
{
	struct iface *i, *after;

	if ((i = calloc(1, sizeof(*i))) == NULL)
		fatal(EX_OSERR, "interface %u", ifindex);
	i->ifindex = ifindex;
	i->slot = -1;
	i->opt.enable = i->opt.mrdisc = i->opt.ttl = -1;
	TAILQ_FOREACH(after, &ifaces, entry)
		if (after->ifindex > ifindex)
			break;
	if (after != NULL)
		TAILQ_INSERT_BEFORE(after, i, entry);
	else
		TAILQ_INSERT_TAIL(&ifaces, i, entry);
	return i;
}

static void
set_name(struct iface *i, const char *name)
{
	char former[IF_NAMESIZE];
	struct bus_event e = { .kind = BUS_IFACE_NEW, .iface = i };

	strlcpy(former, i->name, sizeof(former));
	strlcpy(i->name, name, sizeof(i->name));
	dirty = 1;
	if (former[0] != '\0') {
		e.kind = BUS_IFACE_RENAMED;
		e.former_name = former;
	}
	bus_tell(&e);
}

static void
on_changed(const struct link *l)
{
	struct iface *i = iface_by_index(l->ifindex);
	unsigned int bits = IFF_MULTICAST | IFF_LOOPBACK;
	int state_changed = 0;

	if (i == NULL)
		i = insert(l->ifindex);
	i->seen = 1;
	if (strcmp(i->name, l->name) != 0)
		set_name(i, l->name);
	if ((i->flags & bits) != (l->flags & bits))
		dirty = 1;
	if ((i->flags & LINK_UP) != (l->flags & LINK_UP)) {
		handler->flapped(i->ifindex);
		stirred = 1;
		state_changed = 1;
	}
	/* an MTU that is too small ends IPv4 or IPv6 on the link */
	if (i->mtu != l->mtu && i->mtu != 0)
		touched = 1;
	i->flags = l->flags;
	i->mtu = l->mtu;
	if (state_changed)
		bus_tell_iface(BUS_IFACE_STATE, i);
}

static void
forget(struct iface *i)
{
	bus_tell_iface(BUS_IFACE_GONE, i);
	handler->lost(i);
	TAILQ_REMOVE(&ifaces, i, entry);
	free(i->patterns);
	free(i);
	dirty = 1;
}

void
iface_remade(struct iface *i)
{
	bus_tell_iface(BUS_IFACE_REMADE, i);
	handler->lost(i);
	dirty = 1;
}

static void
on_gone(uint32_t ifindex)
{
	struct iface *i = iface_by_index(ifindex);

	if (i != NULL)
		forget(i);
}

static void
on_list_begin(void)
{
	struct iface *i;

	TAILQ_FOREACH(i, &ifaces, entry)
		i->seen = 0;
}

static void
on_list_end(void)
{
	struct iface *i, *next;

	TAILQ_FOREACH_SAFE(i, &ifaces, entry, next)
		if (!i->seen)
			forget(i);
	addresses = 1;
	if (started)
		handler->reread();
}

static void
on_restarted(uint32_t ifindex)
{
	if (iface_by_index(ifindex) != NULL)
		touched = 1;
}

static void
on_addresses(void)
{
	addresses = 1;
}

static void
address_seen(uint32_t ifindex, void *arg)
{
	struct iface *i = iface_by_index(ifindex);

	(void)arg;
	if (i != NULL)
		i->found = 1;
}

static void
look_at_addresses(void)
{
	struct iface *i;

	TAILQ_FOREACH(i, &ifaces, entry)
		i->found = 0;
	if (ifaddr_each_v4(address_seen, NULL) == -1) {
		log_warn("list of addresses");
		return;
	}
	TAILQ_FOREACH(i, &ifaces, entry) {
		if (i->found && !i->addressed) {
			handler->addressed(i->ifindex);
			touched = 1;
		}
		i->addressed = i->found;
	}
}

void
iface_settle(void)
{
	int changed = dirty, moved = stirred, look;

	if (addresses)
		look_at_addresses();
	look = touched;
	dirty = stirred = touched = addresses = 0;
	if (changed)
		handler->changed();
	else if (moved)
		handler->stirred();
	if (look)
		handler->touched();
}

void
iface_start(const struct iface_handler *h)
{
	static const struct ifevent_handler e = { on_changed, on_gone,
		on_restarted, on_addresses, on_list_begin, on_list_end,
		iface_settle };

	handler = h;
	ifevent_start(&e);
	started = 1;
}

/* Lists the inbound patterns of rules that match this interface. */
static void
match_patterns(struct iface *i, const struct rules *r)
{
	uint32_t p;

	i->npatterns = 0;
	if (!iface_usable(i))
		return;
	for (p = 1; p < r->nshapes; p++) {
		if (r->shapes[p].n == 0 ||
		    !pattern_match(pattern_at(p), i->name))
			continue;
		i->patterns = reallocarray(i->patterns, i->npatterns + 1,
		    sizeof(*i->patterns));
		if (i->patterns == NULL)
			fatal(EX_OSERR, "interface %s", i->name);
		/* -Wanalyzer-malloc-leak: the interface keeps it */
		i->patterns[i->npatterns++] = p;
	}
}

void
iface_apply(const struct config *c)
{
	struct iface *i;

	TAILQ_FOREACH(i, &ifaces, entry) {
		config_phyint(c, i->name, &i->opt);
		match_patterns(i, &c->rules);
	}
}
