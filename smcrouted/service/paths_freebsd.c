/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Which files a process can still reach, on FreeBSD: in capability mode those
 * below the directories that it has opened before.
 */
#include <sys/types.h>
#include <sys/capsicum.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "common/sandbox.h"
#include "folders.h"
#include "paths.h"

static int entered;

/* A directory that does not exist is not opened; nothing can be below it. */
static void
open_beside(const char *file)
{
	struct folder *f = folder_beside(file);
	cap_rights_t rights;

	if (f == NULL || f->value != -1)
		return;
	f->value = open(f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->value == -1)
		return;
	cap_rights_init(&rights, CAP_READ, CAP_SEEK, CAP_LOOKUP, CAP_FSTAT,
	    CAP_FSTATFS, CAP_FSTATAT, CAP_FCNTL);
	if (cap_rights_limit(f->value, &rights) == -1)
		fatal(EX_OSERR, "%s", f->path);
}

/* The directory of the path as written, and the one that it leads to by links.
 */
void
paths_read(const char *file)
{
	char real[PATH_MAX];

	open_beside(file);
	if (realpath(file, real) != NULL)
		open_beside(real);
}

/* The parent removes files below descriptors: see state_unlink(). */
void
paths_remove(const char *file)
{
	(void)file;
}

int
paths_rules(void)
{
	return -1;
}

void
paths_enter(int rules)
{
	(void)rules;
	sandbox_enter(SANDBOX_PARENT);
	entered = 1;
}

int
paths_begin(const char **path)
{
	const struct folder *f;
	size_t len;

	if (!entered)
		return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	errno = EACCES;
	if ((f = folder_of(*path, &len)) == NULL || f->value == -1)
		return -1;
	*path += len;
	return fcntl(f->value, F_DUPFD_CLOEXEC, 0);
}
