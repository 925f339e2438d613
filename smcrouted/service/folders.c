/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Directories that a process names before it gives up all other files.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/log.h"
#include "folders.h"

struct folder *folders;
size_t nfolders;

/* Returns how much of the path the folder is, or 0: the path is not below it.
 */
static size_t
covers(const struct folder *f, const char *path)
{
	size_t n = strlen(f->path);

	if (n == 1 && path[0] == '/')
		return 1; /* the root directory */
	if (strncmp(f->path, path, n) != 0)
		return 0;
	return path[n] == '/' || path[n] == '\0' ? n : 0;
}

const struct folder *
folder_of(const char *path, size_t *len)
{
	const struct folder *f, *best = NULL;
	size_t n;

	*len = 0;
	for (f = folders; f < folders + nfolders; f++)
		if ((n = covers(f, path)) > *len) {
			best = f;
			*len = n;
		}
	return best;
}

struct folder *
folder_beside(const char *file)
{
	char path[PATH_MAX];
	struct folder *f;
	char *slash;
	size_t i;

	if (strlcpy(path, file, sizeof(path)) >= sizeof(path) ||
	    (slash = strrchr(path, '/')) == NULL)
		return NULL;
	slash[slash == path] = '\0'; /* "/" of its own is a directory, too */
	for (i = 0; i < nfolders; i++)
		if (strcmp(folders[i].path, path) == 0)
			return &folders[i];
	f = reallocarray(folders, nfolders + 1, sizeof(*f));
	/* -Wanalyzer-malloc-leak: wrong, the folder owns the path */
	if (f == NULL || (f[nfolders].path = strdup(path)) == NULL)
		fatal(EX_OSERR, "%s", path);
	folders = f;
	f[nfolders].value = -1;
	return &f[nfolders++];
}
