/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Checks of the order in which the engine frees a slot: it rewrites the entries
 * that name the VIF, and has the VIF deleted when none is left.
 */
#include <sys/types.h>

#include "engine/have/work.h"
#include "engine/out/verbs.h"
#include "parent/kernel.h"
#include "tests.h"

#define GROUP 6

static void
answered(void)
{
}

/* The entry of a flow from network 1 to network 2, whose slot is bound. */
static uint32_t
start(void)
{
	static const struct verbs_handler h = { work_answered, slots_result,
		answered };
	struct wire_key k = key(0, 1, GROUP);
	uint32_t i;

	entries_init();
	verbs_init(NULL, &h);
	slots[2].ifindex = lan_index(2);
	slots[2].state[0] = SLOT_BOUND;
	i = entry_get(&k.src, &k.grp);
	entry_at(i)->kind = ENTRY_STATIC;
	work_want(i, 1, LAN(2), WORK_OTHER);
	return i;
}

/* No rule wants interface 2 any more: its slot has none, and the entry is to be
 * rewritten. */
void
test_release(void)
{
	struct wire_key k = key(0, 1, GROUP);
	uint32_t i = start();

	is("engine adds an entry", work_run(), 1);
	is("packets to its oif", packets(0, 1, 1, GROUP, 5).n[2], 5);
	lan_default_route(1, 3);
	receive(0, LAN(1) | LAN(3));
	work_want(i, 1, 0, WORK_OTHER);
	(void)slots_release();
	is("packets leaked before the entry is rewritten", leaked(GROUP), 0);
	is("kernel has the VIF until then", kernel_has_vif(0, 2), 1);
	is("engine rewrites the entry", work_run(), 1);
	(void)slots_release();
	is("engine deletes the VIF", kernel_has_vif(0, 2), 0);
	is("packets leaked afterwards", leaked(GROUP), 0);
	is("kernel has the entry", kernel_has_mfc(&k), 1);
	lan_default_route(0, 3);
}
