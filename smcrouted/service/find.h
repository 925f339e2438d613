/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Files by path and pattern, in directories that others may write to, too.
 */
#ifndef FIND_H
#define FIND_H

#include <stddef.h>

/* Paths, allocated; all zero: none. */
struct found {
	char **at;
	size_t n;
};

/*
 * open(2) with O_NOFOLLOW in flags or not: links are followed on the way and at
 * the end, but only those in directories that nobody but root and the users of
 * this daemon can write to.  -1 with errno; EMLINK: there is another one.
 */
int find_open(const char *path, int flags);

/*
 * Adds the absolute paths that match, as glob(3), in order; without wildcards
 * the pattern itself.  glob(3) cannot be told to look at so much and no more:
 * *left is how many entries of directories may still be looked at.  0, or -1
 * with errno: E2BIG, there are more; EMLINK as above.
 */
int find(struct found *, const char *pattern, unsigned int *left);
void found_free(struct found *);

#endif
