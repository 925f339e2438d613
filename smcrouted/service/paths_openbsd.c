/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * unveil: which files a process can still reach.
 *
 * The first unveil(2) hides all others at once, so directories are gathered
 * until all are known.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "folders.h"
#include "paths.h"

/* The value of a folder that exists: */
#define MAY_READ   1
#define MAY_REMOVE 2

static int entered;

/* A path that does not exist needs no right. */
static void
allow_beside(const char *file, int right)
{
	struct folder *f = folder_beside(file);
	struct stat st;

	if (f == NULL || (f->value == -1 && stat(f->path, &st) == -1))
		return;
	f->value = f->value == -1 ? right : f->value | right;
}

/* The directory of the path as written, and the one that it leads to by links.
 */
void
paths_read(const char *file)
{
	char real[PATH_MAX];

	allow_beside(file, MAY_READ);
	if (realpath(file, real) != NULL)
		allow_beside(real, MAY_READ);
}

void
paths_remove(const char *file)
{
	allow_beside(file, MAY_REMOVE);
}

/* Each folder as its value and its path with the NUL, through a pipe: what is
 * unveiled does not outlive an exec.  The -e command is run by a process that
 * was there before. */
int
paths_rules(void)
{
	size_t i, len;
	int fd[2];

	if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) == -1)
		fatal(EX_OSERR, "pipe");
	for (i = 0; i < nfolders; i++) {
		if (folders[i].value == -1)
			continue;
		len = strlen(folders[i].path) + 1;
		if (write(fd[1], &folders[i].value, sizeof(int)) == -1 ||
		    write(fd[1], folders[i].path, len) != (ssize_t)len)
			fatal(EX_OSERR, "%s", folders[i].path);
	}
	close(fd[1]);
	return fd[0];
}

static void
see(const char *path, const char *permissions)
{
	if (unveil(path, permissions) == -1)
		fatal(EX_OSERR, "unveil %s", path);
}

/* Hides all when there is no folder: unveil(NULL, NULL) alone would not. */
void
paths_enter(int rules)
{
	static const char *const permissions[] = { [MAY_READ] = "r",
		[MAY_REMOVE] = "c",
		[MAY_READ | MAY_REMOVE] = "rc" };
	char path[PATH_MAX];
	int value;
	size_t n;

	if (rules == -1)
		return;
	see("/", "");
	while (read(rules, &value, sizeof(value)) == sizeof(value)) {
		for (n = 0; n < sizeof(path) && read(rules, path + n, 1) == 1 &&
		     path[n] != '\0';)
			n++;
		see(path, permissions[value]);
	}
	close(rules);
	if (unveil(NULL, NULL) == -1)
		fatal(EX_OSERR, "unveil");
	entered = 1;
}

/* A directory that is not unveiled cannot be opened, so neither can "/". */
int
paths_begin(const char **path)
{
	const struct folder *f;
	size_t len;

	if (!entered)
		return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	errno = EACCES;
	if ((f = folder_of(*path, &len)) == NULL)
		return -1;
	*path += len;
	return open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}
