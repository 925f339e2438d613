/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Rows for smcroutectl show, a chunk at a time.
 */
#ifndef SHOW_H
#define SHOW_H

#include <stdint.h>

/* Where a show is: it goes on from there whatever has changed meanwhile. */
struct show {
	uint16_t kind; /* enum ctl_kind */
	uint8_t detail;
	uint8_t phase;
	uint32_t cursor;
	/* A rule of which only so many outbound interfaces have been sent, and
	 * their set; 0: none. */
	uint32_t noifs;
	uint32_t oifs;
};

/* Sends rows to a client, up to a chunk.  1: that was all. */
int show_chunk(struct show *, uint32_t client);

#endif
