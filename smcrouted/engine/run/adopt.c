/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Takes over what an earlier engine has left in the kernel.
 *
 * The kernel itself tells what it has, in a time that grows with the square of
 * the number of entries.  So many entries are taken from the table that the
 * earlier engine kept.
 */
#include <sysexits.h>

#include "common/log.h"
#include "engine/have/work.h"
#include "engine/sys/kernel_state.h"
#include "adopt.h"

#define MANY 20000 /* the kernel needs about 10 ms to tell so many */

/* Nobody wants it as it is: it is deleted, or written anew. */
static void
orphan(uint32_t i)
{
	if (i != 0)
		work_rewrite(i, WORK_OTHER);
}

/* A resident entry's slot is a part of its name in the verbs.  Here it is that
 * of some interface which is gone. */
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
		return; /* the parent repeats upcalls without an answer */
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
	/* it may name slots of interfaces that went while nobody looked */
	e->flags |= ENTRY_FOUND | ENTRY_REWRITE;
	e->iif = in->slot;
	entry_set_have(e, in->slot, resident ? oifs & ~(1U << in->slot) : oifs);
}

void
adopt(uint32_t left, int v4, int v6)
{
	int have[2] = { v4, v6 }, family;

	if (left >= MANY && (left = entries_inherit()) > 0) {
		log_info("%u entries of the engine before this", left);
		return;
	}
	entries_discard();
	for (family = 0; family <= 1; family++)
		if (have[family] &&
		    kernel_state_dump(family, found, NULL) == -1)
			log_err("cannot read the kernel's MFC");
}
