/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The rows of "smcroutectl show", sent in chunks.
 */
#ifndef SHOW_H
#define SHOW_H

#include <stdint.h>

/* The position of a show.  The next chunk goes on from there, whatever has
 * changed since the last one. */
struct show {
	uint16_t kind; /* enum ctl_kind */
	uint8_t detail;
	uint8_t phase;
	uint8_t waits; /* nothing was sent: counters are to come */
	uint32_t cursor;
	/* If a rule was sent in part: the set of its outbound interfaces, and
	 * how many of them were sent.  The show has a reference to the set. */
	uint32_t rest;
	uint32_t noifs;
};

enum show_state {
	SHOW_DONE,
	SHOW_MORE, /* a chunk was sent, and there is more */
	SHOW_WAITS /* call this again when counts_init() says so */
};

/* Sends a chunk of rows to a client. */
enum show_state show_chunk(struct show *, uint32_t client);
/* To be called when the show ends, also early. */
void show_end(struct show *);

#endif
