/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Lines of a configuration file.  The parent and the engine both use this, so
 * that they count lines in the same way.
 */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>
#include "wire.h"

#define LINES_READ 65536 /* bytes of one read; a long line needs more */

struct lines {
	int fd;
	unsigned int line; /* number of this one */
	char *text;	   /* without byte order mark, CR and LF; with a NUL */
	size_t len;	   /* above CONFIG_MAXLINE: text is only a part */
	size_t at, end;	   /* what was read and not yet looked at */
	char buf[CONFIG_MAXLINE + LINES_READ + 1];
};

/* Begins at the current offset of fd, which the caller closes. */
void lines_init(struct lines *, int fd);

/* Takes the next line.  1: there is one, 0: end of file, -1: see errno. */
int lines_next(struct lines *);

#endif
