/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Acts when interfaces change.
 *
 * An interface that goes takes its VIF and its memberships with it.  If events
 * were lost, another interface may have taken its name and index, and looks the
 * same.  But the kernel drops the VIF and the memberships of an interface that
 * goes, and only this engine makes new ones.  So both are compared with the
 * kernel's after events were lost, before the joins of a reload, and after the
 * first load of an engine that has followed another one.
 */
#include "engine/have/groups.h"
#include "engine/have/iface.h"
#include "engine/have/slots.h"
#include "engine/out/verbs.h"
#include "links.h"
#include "mrdisc.h"

static void (*on_change)(void), (*on_work)(void);
static unsigned int asked; /* answers of the parent that are awaited */

static void
lost(const struct iface *i)
{
	groups_drop_interface(i->ifindex);
	mrdisc_forget(i->ifindex);
	slots_lost(i);
}

/* Compares the memberships, but only after the parent has answered: before
 * that, an interface that was made anew looks like one that has lost its
 * memberships. */
static void
verify_groups(void)
{
	if (asked > 0)
		return;
	groups_look();
	groups_retry();
	on_work();
}

/* Settings of a link have changed: what the kernel has refused on it may be
 * possible now. */
static void
touched(void)
{
	if (slots_any(SLOT_REFUSED) || slots_are_stale())
		on_change(); /* asks for refused VIFs again */
	verify_groups();
}

/* Links went up or down. */
static void
stirred(void)
{
	mrdisc_update();
	if (slots_are_stale())
		on_change();
}

void
links_verify(void)
{
	asked++;
	verbs_ask_vifs();
}

void
links_vifs(uint32_t ifindex[2][MAXVIF])
{
	int v6, s;

	if (asked > 0)
		asked--;
	for (s = 0; s < MAXVIF; s++)
		for (v6 = 0; v6 <= 1; v6++)
			if (ifindex[v6][s] == VIF_LOST && !slots[s].lost &&
			    slots[s].iface != NULL &&
			    slots[s].state[v6] == SLOT_BOUND)
				iface_remade(slots[s].iface);
	iface_settle();
	verify_groups();
}

void
links_start(void (*change)(void), void (*work)(void))
{
	static struct iface_handler h = { NULL, stirred, mrdisc_forget, lost,
		groups_report, touched, links_verify };

	h.changed = on_change = change;
	on_work = work;
	iface_start(&h);
}
