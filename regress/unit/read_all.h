/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A configuration file read as the engine does it: in pieces.
 */
#ifndef READ_ALL_H
#define READ_ALL_H

#include "engine/lang/conf.h"

/* Closes fd; returns the number of lines in error. */
static inline unsigned int
read_all(int fd, const char *file, const struct conf_handler *h)
{
	struct conf_file *r;

	if ((r = conf_open(fd, SIZE_MAX / 2, file, h)) == NULL)
		return 1;
	while (conf_read(r, 3))
		;
	return conf_close(r);
}

#endif
