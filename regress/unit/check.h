/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What all unit programs are made of: a line on stderr for each check that
 * fails, and exit code 1 when there was one.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static unsigned int check_failed;

#define CHECK(cond)                                                            \
	do {                                                                   \
		if (!(cond)) {                                                 \
			check_failed++;                                        \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__,     \
			    #cond);                                            \
		}                                                              \
	} while (0)

/* For main's return. */
static inline int
check_end(void)
{
	return check_failed != 0;
}

#endif
