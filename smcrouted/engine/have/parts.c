/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The parts of static and of resident entries: fields that only one kind needs.
 */
#include "engine/lib/pool.h"
#include "parts.h"

static struct pool statics = { .size = sizeof(struct static_part), .top = 1 };
static struct pool residents = { .size = sizeof(struct resident_part),
	.top = 1 };

struct static_part *
static_of(const struct entry *e)
{
	return pool_at(&statics, e->part);
}

struct resident_part *
resident_of(const struct entry *e)
{
	return pool_at(&residents, e->part);
}

static void *
make_part(struct entry *e, struct pool *p, enum entry_kind kind)
{
	uint32_t i;

	if (e->kind == kind)
		return pool_at(p, e->part);
	if ((i = pool_get(p)) == 0)
		return NULL;
	if (e->kind == ENTRY_FLOW)
		flow_forget(e);
	e->kind = kind;
	e->part = i;
	return pool_at(p, i);
}

struct static_part *
static_make(struct entry *e)
{
	return make_part(e, &statics, ENTRY_STATIC);
}

struct resident_part *
resident_make(struct entry *e)
{
	return make_part(e, &residents, ENTRY_RESIDENT);
}

void
part_forget(struct entry *e)
{
	pool_put(e->kind == ENTRY_STATIC ? &statics : &residents, e->part);
	e->kind = ENTRY_NONE;
	e->part = 0;
}
