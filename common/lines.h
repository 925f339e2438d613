/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Lines of a configuration file.  The reader and the engine both use this, so
 * that they count lines in the same way.
 */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>
#include <stdint.h>
#include "wire.h"

/* Bytes of one read; a long line needs more.  Fuzzers read less at once. */
#ifndef LINES_READ
#define LINES_READ 65536
#endif

struct lines {
	int fd;
	uint64_t size;	   /* of the file; bytes beyond it are not read */
	uint64_t pos;	   /* of the next read */
	unsigned int line; /* number of the line in text */
	char *text;	   /* without byte order mark, CR, LF; ends with NUL */
	size_t len;	   /* above CONFIG_MAXLINE: too long, text is a piece */
	size_t skipped;	   /* bytes dropped of a line that is too long */
	size_t at, end;	   /* buf[at, end) was read and is not yet split */
	char buf[CONFIG_MAXLINE + LINES_READ + 1];
};

/* Starts at the beginning of the file.  fd stays the caller's.  Its file
 * position is not used, so that others can read the same open file. */
void lines_init(struct lines *, int fd, uint64_t size);

/* Gets the next line.  1: there is one, 0: there is none, -1: errno says why
 * not, LINES_LATER: call again, a very long line is still being read. */
#define LINES_LATER 2
int lines_next(struct lines *);

/* When the open file was last written to, in nanoseconds.  If that changes
 * while the file is read, what was read is partly old and partly new. */
uint64_t lines_mtime(int fd);

#endif
