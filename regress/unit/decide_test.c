/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Whether a flow moves when a packet comes in on another interface: every
 * combination of the conditions, against the sentences of the manual.
 */
#include "engine/decide/decide.h"
#include "engine/have/slots.h"
#include "check.h"

struct iface *
slot_iface(int slot, int v6)
{
	(void)slot;
	(void)v6;
	return NULL;
}

static const uint32_t times[] = { 0, 1, 2, 3, 9, 10, 11, 1000, UINT32_MAX };

#define NTIMES (sizeof(times) / sizeof(times[0]))

/* An interface by which the flow goes out: an echo, or the flow itself. */
static void
check_oif(const struct sighting *s, enum sighting_verdict v)
{
	if (s->is_route)
		CHECK(v == SIGHTING_MOVE);
	else if (s->since == UINT32_MAX) /* whether it is silent is not known */
		CHECK(v == SIGHTING_STAY);
	else if (s->since < 2)
		CHECK(v == SIGHTING_IGNORE);
	else
		CHECK(v == (s->forwarded > 0 ? SIGHTING_STAY : SIGHTING_MOVE));
}

/* Any other interface: the flow moves at once, but not to and fro. */
static void
check_other(const struct sighting *s, enum sighting_verdict v)
{
	int lively = s->forwarded > 0 && s->is_forwarded;

	CHECK(v == (s->since < 10 && lively ? SIGHTING_STAY : SIGHTING_MOVE));
}

int
main(void)
{
	struct sighting s;
	enum sighting_verdict v;
	unsigned int i;

	for (i = 0; i < 32 * NTIMES; i++) {
		s.covered = i & 1;
		s.is_oif = i >> 1 & 1;
		s.is_forwarded = i >> 2 & 1;
		s.is_route = i >> 3 & 1;
		s.forwarded = (i >> 4 & 1) * 7;
		s.since = times[i / 32];
		v = decide_move(&s);
		if (!s.covered)
			CHECK(v == SIGHTING_IGNORE);
		else if (s.is_oif)
			check_oif(&s, v);
		else
			check_other(&s, v);
	}
	return check_end();
}
