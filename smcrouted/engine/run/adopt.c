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
#include <errno.h>
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

/* 1 when the kernel's entry has this threshold for a slot.  The iif of a
 * resident entry is among its oifs, with any threshold. */
static int
same_ttl(const struct kernel_entry *k, uint32_t n, int slot)
{
	return addr_af(&k->key.grp) == AF_INET6 ||
	    k->oifs[n].ttl == slots[slot].ttl ||
	    (addr_is_any(&k->key.src) && k->oifs[n].ifindex == k->iif);
}

/* The slots that IPv4 entries have as outbound but the kernel does not list:
 * nothing passes their threshold. */
static uint32_t
closed_slots(int v6)
{
	uint32_t mask = 0;
	int s;

	for (s = 0; s < MAXVIF; s++)
		if (!v6 && slots[s].ttl == 255)
			mask |= 1U << s;
	return mask;
}

/* The entry of the table, or a new one.  The new one is taken for a learned
 * flow unless a rule makes it static. */
static struct entry *
entry_of(const struct kernel_entry *k, uint8_t slot)
{
	int resident = addr_is_any(&k->key.src);
	uint32_t i = resident ? entry_find_resident(&k->key.grp, slot) :
				entry_find(&k->key.src, &k->key.grp);

	if (i != 0)
		return entry_at(i);
	i = resident ? entry_get_resident(&k->key.grp, slot) :
		       entry_get(&k->key.src, &k->key.grp);
	if (i == 0)
		fatalx(EX_OSERR, "no memory for the kernel's entries");
	entry_at(i)->flags |= ENTRY_FOUND;
	return entry_at(i);
}

static void
found(const struct kernel_entry *k, void *arg)
{
	struct iface *in = iface_by_index(k->iif), *out;
	uint32_t n, oifs = 0, closed = *(const uint32_t *)arg;
	struct entry *e;
	int same = 1;

	if (k->unresolved)
		return; /* the parent sends the upcall of this flow again */
	if (in == NULL || in->slot == -1) {
		if (addr_is_any(&k->key.src))
			orphan_resident(&k->key.grp);
		else
			orphan(entry_get(&k->key.src, &k->key.grp));
		return;
	}
	for (n = 0; n < k->noifs; n++) {
		out = iface_by_index(k->oifs[n].ifindex);
		if (out == NULL || out->slot == -1)
			continue;
		oifs |= 1U << out->slot;
		same &= same_ttl(k, n, out->slot);
	}
	e = entry_of(k, in->slot);
	e->flags |= ENTRY_LISTED;
	if (entry_is_resident(e))
		oifs &= ~(1U << in->slot);
	if (same && e->have_iif == in->slot && (e->have_oifs & ~closed) == oifs)
		return;
	/* it may name slots of interfaces that are gone, too */
	e->flags |= ENTRY_REWRITE;
	entries_order();
	e->iif = in->slot;
	entry_set_have(e, in->slot, oifs);
}

/* To be called when the kernel has listed all its entries of a family.  Has
 * those entries of the table written that the kernel lacks. */
static void
mark_unlisted(int v6)
{
	struct entry *e;
	uint32_t i;

	for (i = 1; i < entries_top(); i++) {
		e = entry_at(i);
		if (!(e->flags & ENTRY_USED) || entry_is_v6(e) != v6)
			continue;
		if (!(e->flags & ENTRY_LISTED))
			e->flags |= ENTRY_REWRITE;
		e->flags &= ~ENTRY_LISTED;
	}
}

void
adopt(uint32_t left, int v4, int v6)
{
	int have[2] = { v4, v6 }, family;
	uint32_t closed;

	if (left > 0 && (left = entries_inherit()) == 0)
		entries_discard();
	if (left > 0)
		log_info("took over %u entries of the previous engine", left);
	if (left >= MANY)
		return;
	for (family = 0; family <= 1; family++) {
		if (!have[family])
			continue;
		closed = closed_slots(family);
		if (kernel_state_dump(family, found, &closed) == 0)
			mark_unlisted(family);
		else if (errno != EOPNOTSUPP)
			log_err("cannot read the kernel's MFC");
	}
}
