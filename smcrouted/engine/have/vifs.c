/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The table of slots, and their VIFs and MIFs: asks the kernel for them, and
 * has it delete them when no entry names them any more.
 */
#include <string.h>

#include "engine/out/verbs.h"
#include "engine/sys/vif.h"
#include "bus.h"
#include "slots.h"
#include "vifs.h"

struct slot slots[MAXVIF];

static int have[2]; /* per family: the kernel routes it */

void
slots_init(int v4, int v6)
{
	have[0] = v4;
	have[1] = v6;
}

int
slots_family(int v6)
{
	return have[v6];
}

int
slots_any(enum slot_state state)
{
	int s;

	for (s = 0; s < MAXVIF; s++)
		if (slots[s].state[0] == state || slots[s].state[1] == state)
			return 1;
	return 0;
}

uint8_t
vifs_threshold(const struct iface *i)
{
	return i->opt.ttl > 0 ? i->opt.ttl : 1;
}

/* 1 when the slot is bound and its interface may have no VIF now. */
static int
must_leave(int s, int v6)
{
	return slots[s].state[v6] == SLOT_BOUND && slots[s].iface != NULL &&
	    !vif_keeps(slots[s].iface->flags, v6);
}

/* The interface may have its VIF again, which the kernel still has. */
static int
may_stay(int s, int v6)
{
	return slots[s].state[v6] == SLOT_LEAVING && slots[s].iface != NULL &&
	    vif_keeps(slots[s].iface->flags, v6);
}

int
slots_are_stale(void)
{
	int s, v6;

	if (slots_any(SLOT_WAITING))
		return 1;
	for (s = 0; s < MAXVIF; s++)
		for (v6 = 0; v6 <= 1; v6++)
			if (must_leave(s, v6) || may_stay(s, v6))
				return 1;
	return 0;
}

void
vifs_leave(void)
{
	int s, v6;

	for (s = 0; s < MAXVIF; s++)
		for (v6 = 0; v6 <= 1; v6++)
			if (must_leave(s, v6))
				slots[s].state[v6] = SLOT_LEAVING;
			else if (may_stay(s, v6))
				slots[s].state[v6] = SLOT_BOUND;
}

void
vifs_bind(int s)
{
	struct wire_vif v = { .ttl = vifs_threshold(slots[s].iface),
		.slot = s,
		.ifindex = slots[s].ifindex };

	for (v.v6 = 0; v.v6 <= 1; v.v6++) {
		if (!slots_family(v.v6) || slots[s].state[v.v6] == SLOT_BOUND ||
		    slots[s].state[v.v6] == SLOT_LEAVING ||
		    slots[s].state[v.v6] == SLOT_ADDING)
			continue;
		if (!vif_ready(slots[s].ifindex, slots[s].iface->flags, v.v6,
			v.local)) {
			slots[s].state[v.v6] = SLOT_WAITING;
			continue;
		}
		slots[s].state[v.v6] = SLOT_ADDING;
		verbs_vif_add(&v);
	}
}

static void
delete_vif(int s, int v6)
{
	struct bus_event e = { .kind = BUS_SLOT_FREED, .slot = s, .v6 = v6 };
	struct wire_vif v = { .slot = s, .v6 = v6 };

	verbs_vif_del(&v);
	bus_tell(&e);
}

int
slots_release(void)
{
	struct iface *i;
	int s, v6, freed = 0;

	for (s = 0; s < MAXVIF; s++) {
		for (v6 = 0; v6 <= 1; v6++) {
			if (slots[s].state[v6] != SLOT_LEAVING ||
			    slots[s].iface == NULL || slots[s].named[v6])
				continue;
			delete_vif(s, v6);
			slots[s].state[v6] = SLOT_WAITING;
		}
		if (slots[s].ifindex == 0 || slots[s].iface != NULL ||
		    slots[s].named[0] || slots[s].named[1] ||
		    slots[s].state[0] == SLOT_ADDING ||
		    slots[s].state[1] == SLOT_ADDING)
			continue;
		for (v6 = 0; v6 <= 1; v6++) {
			if (slots[s].state[v6] == SLOT_BOUND ||
			    slots[s].state[v6] == SLOT_LEAVING)
				delete_vif(s, v6);
		}
		memset(&slots[s], 0, sizeof(slots[s]));
		freed = 1;
	}
	verbs_flush();
	if (!freed)
		return 0;
	TAILQ_FOREACH(i, &ifaces, entry)
		if (i->wanted != NOT_WANTED && i->slot == -1)
			return 1;
	return 0;
}

void
slots_result(const struct wire_vif *v, int error)
{
	struct slot *s = &slots[v->slot];
	struct bus_event e = { .slot = v->slot, .v6 = v->v6, .error = error };

	if (s->ifindex != v->ifindex || s->state[v->v6] != SLOT_ADDING)
		return;
	s->state[v->v6] = error == 0 ? SLOT_BOUND : SLOT_REFUSED;
	e.kind = error == 0 ? BUS_SLOT_BOUND : BUS_SLOT_REFUSED;
	e.iface = s->iface;
	if (error == 0 || s->refused[v->v6] != error)
		bus_tell(&e);
	s->refused[v->v6] = error;
}
