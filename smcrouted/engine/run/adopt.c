/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Takes over the entries that an earlier engine has left in the kernel.
 *
 * The table that the earlier engine kept says what the kernel was told.  The
 * kernel's own list is compared with it: only what differs is written again,
 * because the kernel may lose a packet while it writes an entry.  The time that
 * the list takes grows with the square of its length, so it is not read when
 * there are many entries.
 */
#include <sysexits.h>

#include "common/log.h"
#include "engine/have/work.h"
#include "engine/sys/kernel_state.h"
#include "adopt.h"

#define MANY 20000 /* the kernel lists this many in about 10 ms */

/* Queues an entry to be deleted or rewritten. */
static void
orphan(uint32_t i)
{
	if (i != 0)
		work_rewrite(i, WORK_OTHER);
}

/* A resident entry whose interface is gone.  Its slot is not known, but verbs
 * name resident entries by slot, so all slots of lost interfaces are tried. */
static void
orphan_resident(const struct addr *grp)
{
	int s;

	for (s = 0; s < MAXVIF; s++)
		if (slots[s].lost &&
		    slots[s].state[addr_af(grp) == AF_INET6] == SLOT_BOUND)
			orphan(entry_get_resident(grp, s));
}

static void
found(const struct kernel_entry *k, void *arg)
{
	struct iface *in = iface_by_index(k->iif), *out;
	int resident = addr_is_any(&k->key.src);
	uint32_t i, n, oifs = 0;
	struct entry *e;

	(void)arg;
	if (k->unresolved)
		return; /* the parent sends unanswered upcalls again */
	if (in == NULL || in->slot == -1) {
		if (resident)
			orphan_resident(&k->key.grp);
		else
			orphan(entry_get(&k->key.src, &k->key.grp));
		return;
	}
	for (n = 0; n < k->noifs; n++) {
		out = iface_by_index(k->oifs[n].ifindex);
		if (out != NULL && out->slot != -1)
			oifs |= 1U << out->slot;
	}
	i = resident ? entry_get_resident(&k->key.grp, in->slot) :
		       entry_get(&k->key.src, &k->key.grp);
	if (i == 0)
		fatalx(EX_OSERR, "no memory for the kernel's entries");
	e = entry_at(i);
	if (resident)
		oifs &= ~(1U << in->slot);
	if (e->have_iif == in->slot && e->have_oifs == oifs)
		return;
	/* it may name slots of interfaces that are gone, too */
	e->flags |= ENTRY_FOUND | ENTRY_REWRITE;
	e->iif = in->slot;
	entry_set_have(e, in->slot, oifs);
}

void
adopt(uint32_t left, int v4, int v6)
{
	int have[2] = { v4, v6 }, family;

	if (left > 0 && (left = entries_inherit()) == 0)
		entries_discard();
	if (left > 0)
		log_info("took over %u entries of the previous engine", left);
	if (left >= MANY)
		return;
	for (family = 0; family <= 1; family++)
		if (have[family] &&
		    kernel_state_dump(family, found, NULL) == -1)
			log_err("cannot read the kernel's MFC");
}
