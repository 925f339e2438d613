/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Directories that a process names before it gives up all other files.
 */
#ifndef FOLDERS_H
#define FOLDERS_H

#include <stddef.h>

struct folder {
	char *path;
	int value; /* the caller's; -1 at first */
};

extern struct folder *folders;
extern size_t nfolders;

/* Returns the directory of the file, and adds it unless it is there already.
 * NULL: the file's path names no directory. */
struct folder *folder_beside(const char *file);
/* Returns the folder that the path is below, the longest one if there are
 * several, and sets *len to how much of the path it is; or NULL. */
const struct folder *folder_of(const char *path, size_t *len);

#endif
