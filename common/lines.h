/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Lines of smcroute.conf: the parent and the engine count them alike.
 */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>
#include <stdint.h>
#include "wire.h"

#define LINES_READ 65536 /* bytes at a time; the rest is for long lines */

struct lines {
	int fd;
	uint64_t size;	   /* of the file; bytes behind are not read */
	uint64_t pos;	   /* of the next read */
	unsigned int line; /* number of this one */
	char *text;	   /* without mark, CR and LF; a NUL is behind it */
	size_t len;	   /* above CONFIG_MAXLINE: too long, text is a piece */
	size_t skipped;	   /* of a line that is too long */
	size_t at, end;	   /* of what was read and is still to be looked at */
	char buf[CONFIG_MAXLINE + LINES_READ + 1];
};

/* From the beginning of the file.  fd stays the caller's, and its position does
 * not count: the same open file can be read by others. */
void lines_init(struct lines *, int fd, uint64_t size);

/* The next line.  1: there is one, 0: there is none, -1: errno says why not,
 * LINES_LATER: call again, a very long one is still being read. */
#define LINES_LATER 2
int lines_next(struct lines *);

/* Where the next line begins. */
uint64_t lines_at(const struct lines *);

#endif
