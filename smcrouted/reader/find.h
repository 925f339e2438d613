/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Opens and finds files by path and pattern, also in directories that other
 * users may write to.
 */
#ifndef FIND_H
#define FIND_H

#include <stddef.h>

/* A list of allocated paths; all zero: empty. */
struct found {
	char **at;
	size_t n;
};

/*
 * Works like open(2), but follows a link, on the way or at the end, only if it
 * is in a directory that only root and the user of this process can write to.
 * In other directories a file that may be a hard link is not opened either.
 * O_NOFOLLOW in flags makes no difference.  -1 with errno; EMLINK: there is
 * another link.
 */
int find_open(const char *path, int flags);

/*
 * Adds the paths that match the pattern, sorted, as glob(3) does; without
 * wildcards the pattern itself.  glob(3) has no limit on its work; here *left
 * is how many entries of directories may still be looked at.  0, or -1 with
 * errno; E2BIG: *left is used up, EMLINK: as above.
 */
int find(struct found *, const char *pattern, unsigned int *left);
void found_free(struct found *);

#endif
