/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What an engine takes over from the table of an earlier one: every entry that
 * the parent would take verbs for, once, and no other, whatever bytes the
 * memory has.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/have/entries.h"
#include "engine/lib/hash.h"
#include "check.h"
#include "rnd.h"

#define SIZE   (4096 + 4 * 1024 * sizeof(struct entry))
#define ROUNDS 400
#define NENTRY 1500
#define HEADER 4096 /* bytes before the first entry */

struct slot slots[MAXVIF];
static unsigned char *memory;
static unsigned int nsound, nbroken, nunsure;
static uint8_t unsure[4 * 1024]; /* entries that must be written again */
static uint8_t learned[4 * 1024];

/* Slots 0 to 7 are bound in IPv4, 4 to 11 in IPv6. */
static void
bind_slots(void)
{
	int s;

	for (s = 0; s < 12; s++) {
		slots[s].ifindex = 10 + s;
		slots[s].state[0] = s < 8 ? SLOT_BOUND : SLOT_FREE;
		slots[s].state[1] = s >= 4 ? SLOT_BOUND : SLOT_FREE;
	}
}

int
slots_family(int v6)
{
	(void)v6;
	return 1;
}

static void
random_key(struct addr *src, struct addr *grp)
{
	uint8_t s6[16] = { 0xfd }, g6[16] = { 0xff, 0x0e };
	uint8_t s4[4] = { 10 }, g4[4] = { 225 };

	if (rnd(2)) {
		s6[15] = rnd(30);
		g6[15] = rnd(60);
		addr_from_v6(src, s6);
		addr_from_v6(grp, g6);
	} else {
		s4[3] = rnd(30);
		g4[3] = rnd(60);
		addr_from_v4(src, s4);
		addr_from_v4(grp, g4);
	}
}

/* Another engine takes the memory over. */
static void
test_owner(void)
{
	uint32_t *words = (uint32_t *)(void *)memory, i;

	CHECK(entries_are_ours());
	for (i = 0; i < 4; i++) {
		words[i] ^= 0x100;
		CHECK(entries_are_ours() == (i != 2)); /* the owner */
		words[i] ^= 0x100;
	}
}

/* One engine: entries are made, and some are freed. */
static void
live(void)
{
	struct addr src, grp;
	struct entry *e;
	struct prefix any;
	uint32_t i, k;

	for (k = 0; k < NENTRY; k++) {
		random_key(&src, &grp);
		prefix_any(&any, addr_af(&grp));
		i = rnd(4) == 0 ? entry_get_resident(&grp, 4 + rnd(4)) :
				  entry_get(&src, &grp);
		CHECK(i != 0);
		e = entry_at(i);
		e->kind = rnd(2) ? ENTRY_FLOW : ENTRY_NONE;
		e->unanswered = 0;
		e->flags &= ~(ENTRY_REWRITE | ENTRY_FOUND);
		if (rnd(3) > 0)
			entry_set_have(e,
			    entry_is_resident(e) ? e->iif : 4 + rnd(4),
			    rnd(UINT32_MAX) & (rnd(9) == 0 ? 0xfff : 0xf0));
		else if (!entry_is_resident(e)) {
			e->kind = ENTRY_NONE;
			entry_set_have(e, NOSLOT, 0);
			entry_release(i);
			continue;
		}
		if (rnd(20) == 0)
			e->unanswered = 1 + rnd(3);
		if (rnd(20) == 0)
			e->flags |= ENTRY_REWRITE;
	}
}

/* Notes what each entry must be after the engine that made it is dead. */
static void
note_unsure(void)
{
	const struct entry *e;
	uint32_t i, gone;

	for (i = 1; i < entries_top(); i++) {
		e = entry_at(i);
		gone = entry_is_v6(e) ? 0xf : 0xf00; /* slots of no interface */
		unsure[i] = e->unanswered != 0 || e->flags & ENTRY_REWRITE ||
		    e->have_oifs & gone;
		learned[i] = e->kind == ENTRY_FLOW;
	}
}

/* All entries have the slots' thresholds but for that of slot changing. */
static void
note_ttls(int changing)
{
	int s;

	for (s = 0; s < MAXVIF; s++)
		slots[s].ttl = 1 + s;
	entries_ttls_settle();
	entries_ttls_change(1U << changing);
}

static void
check_ttls(int changing)
{
	int s;

	for (s = 0; s < MAXVIF; s++)
		CHECK(slots[s].ttl == (s == changing ? 0 : 1 + s));
}

static void
spoil(void)
{
	uint32_t k, n = rnd(200);

	for (k = 0; k < n; k++)
		memory[HEADER + rnd(SIZE - HEADER)] = rnd(256);
	if (rnd(10) == 0)
		memory[4 + rnd(4)] = rnd(256); /* how many there are */
}

static void
check_entry(uint32_t i, int spoiled)
{
	const struct entry *e = entry_at(i);
	int v6 = entry_is_v6(e);
	uint8_t slot = entry_is_resident(e) ? e->iif : e->have_iif;

	CHECK((e->flags | ENTRY_REWRITE | ENTRY_FOUND) ==
	    (ENTRY_USED | ENTRY_REWRITE | ENTRY_FOUND));
	CHECK(spoiled || !(e->flags & ENTRY_FOUND) == !learned[i]);
	CHECK(spoiled || !(e->flags & ENTRY_REWRITE) == !unsure[i]);
	nunsure += unsure[i];
	CHECK(e->kind == ENTRY_NONE && e->part == 0);
	CHECK(addr_is_multicast(&e->grp) && !addr_is_multicast(&e->src));
	CHECK(addr_af(&e->src) == addr_af(&e->grp));
	CHECK(slot == NOSLOT || slots[slot].state[v6] == SLOT_BOUND);
	CHECK((e->have_oifs & (v6 ? 0xfffff00f : 0xffffff00)) == 0);
	CHECK(entry_is_resident(e) ? entry_find_resident(&e->grp, e->iif) == i :
				     entry_find(&e->src, &e->grp) == i);
}

static void
test_inherit(int spoiled)
{
	uint32_t i, before, left, n = 0;
	int changing = rnd(MAXVIF);

	memset(memory, 0, SIZE);
	entries_init();
	CHECK(entries_keep(memory, SIZE) == 0);
	live();
	for (i = 1, before = 0; i < entries_top(); i++)
		before += (entry_at(i)->flags & ENTRY_USED) != 0 &&
		    (entry_at(i)->have_iif != NOSLOT ||
			entry_is_resident(entry_at(i)));
	note_unsure();
	note_ttls(changing);
	if (spoiled)
		spoil();
	memset(slots, 0, sizeof(slots));
	bind_slots();
	entries_init();
	left = entries_keep(memory, SIZE);
	if (left == 0 || entries_inherit() == 0) {
		CHECK(spoiled);
		entries_discard();
	} else if (!spoiled)
		check_ttls(changing);
	for (i = 1; i < entries_top(); i++) {
		if (!(entry_at(i)->flags & ENTRY_USED))
			continue;
		check_entry(i, spoiled);
		n++;
	}
	CHECK(n == entries_count());
	CHECK(spoiled || n == before);
	nsound += n;
	nbroken += n < before;
	live(); /* and it goes on */
	test_owner();
}

int
main(void)
{
	unsigned int i;

	rnd_init();
	hash_seed();
	if ((memory = malloc(SIZE)) == NULL)
		return 1;
	bind_slots();
	for (i = 0; i < ROUNDS; i++)
		test_inherit(i % 2);
	CHECK(nsound > 10000 && nbroken > ROUNDS / 4);
	CHECK(nunsure > 1000 && nunsure < nsound / 2);
	return rnd_end();
}
