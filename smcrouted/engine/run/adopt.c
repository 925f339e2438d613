/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Takes over the entries that an earlier engine has left in the kernel.
 *
 * The kernel can list its entries, but the time that takes grows with the
 * square of their number.  If there are many, the table that the earlier engine
 * kept is used instead.
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
	/* it may name slots of interfaces that went while no engine ran */
	e->flags |= ENTRY_FOUND | ENTRY_REWRITE;
	e->iif = in->slot;
	entry_set_have(e, in->slot, resident ? oifs & ~(1U << in->slot) : oifs);
}

void
adopt(uint32_t left, int v4, int v6)
{
	int have[2] = { v4, v6 }, family;

	if (left >= MANY && (left = entries_inherit()) > 0) {
		log_info("took over %u entries of the previous engine", left);
		return;
	}
	entries_discard();
	for (family = 0; family <= 1; family++)
		if (have[family] &&
		    kernel_state_dump(family, found, NULL) == -1)
			log_err("cannot read the kernel's MFC");
}
