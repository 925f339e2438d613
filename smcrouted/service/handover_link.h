/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The link between a daemon and the next one.
 *
 * The next one sends TAKE.  It is told REFUSED, or gets THINGs and END while
 * the one that runs has no engine and no control process.  When the next one is
 * ready, it says DONE, gets DONE back, and the other one ends; or it is
 * TOO_LATE and ends itself.  Whoever hangs up before DONE leaves the work to
 * the other.
 */
#ifndef HANDOVER_LINK_H
#define HANDOVER_LINK_H

#include "handover.h"

#define HANDOVER_VERSION 3 /* of struct left, and of messages */

enum message {
	TAKE = 1, /* to the one that runs: struct asks */
	THING,	  /* to the next one: id is an enum handover, or MAX: held */
	END,	  /* ... that was all */
	DONE,	  /* to the one that runs: end; and back: it does */
	TOO_LATE, /* to the next one: it goes on itself */
	REFUSED	  /* to one that asks: id is an enum reason */
};

/* One asks at a time, and of a daemon that is ready. */
enum reason { BUSY, OTHER_VERSION, OTHER_NAMESPACE, REASON_MAX };

struct asks {
	uint32_t version, unused;
	uint64_t network;
};

/* The names of things in a service manager's store, and the reasons. */
extern const char *const handover_names[HANDOVER_MAX];
extern const char *const handover_reasons[REASON_MAX];

/* The path of the socket where the next one asks.  0: too long to be one. */
int handover_path(char *path, size_t size);

#endif
