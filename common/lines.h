/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Lines of smcroute.conf: the parent and the engine count them alike.
 */
#ifndef LINES_H
#define LINES_H

#include <stddef.h>
#include "wire.h"

#define LINES_READ 65536 /* bytes at a time; the rest is for long lines */

struct lines {
	int fd;
	unsigned int line; /* number of this one */
	char *text;	   /* without mark, CR and LF; a NUL is behind it */
	size_t len;	   /* above CONFIG_MAXLINE: too long, text is a piece */
	size_t at, end;	   /* of what was read and is still to be looked at */
	char buf[CONFIG_MAXLINE + LINES_READ + 1];
};

/* From where fd is now; it stays the caller's. */
void lines_init(struct lines *, int fd);

/* The next line.  1: there is one, 0: there is none, -1: errno says why not. */
int lines_next(struct lines *);

#endif
