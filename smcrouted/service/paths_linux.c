/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Landlock: which files a process can still reach.
 */
#include <sys/syscall.h>
#include <linux/landlock.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "paths.h"

/* Later than some headers that are in use. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

/* All that the first version knows, that is up to MAKE_SYM. */
#define FIRST ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)

static int ruleset = -1, is_made;

static void
make_ruleset(void)
{
	struct landlock_ruleset_attr a = { .handled_access_fs = FIRST };
	long version;

	is_made = 1;
	version = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	if (version >= 2)
		a.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		a.handled_access_fs |= LANDLOCK_ACCESS_FS_TRUNCATE;
	if (version >= 1)
		ruleset =
		    syscall(SYS_landlock_create_ruleset, &a, sizeof(a), 0);
	if (ruleset != -1)
		return;
	if (version >= 1)
		fatal(EX_OSERR, "Landlock");
	log_notice("a kernel without Landlock: the files that this process can "
		   "reach are not limited");
}

/* A path that does not exist needs no right, nor does a path below a file. */
static void
allow(const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr a = { .allowed_access = access };

	if (!is_made)
		make_ruleset();
	if (ruleset == -1 ||
	    (a.parent_fd = open(path, O_PATH | O_CLOEXEC | O_DIRECTORY)) == -1)
		return;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
		&a, 0) == -1)
		fatal(EX_OSERR, "Landlock: %s", path);
	close(a.parent_fd);
}

static void
allow_beside(const char *file, uint64_t access)
{
	char dir[PATH_MAX];
	char *slash;

	if (strlcpy(dir, file, sizeof(dir)) >= sizeof(dir) ||
	    (slash = strrchr(dir, '/')) == NULL)
		return;
	slash[slash == dir] = '\0'; /* "/" of its own is a directory, too */
	allow(dir, access);
}

/* The directory of the path as written, and the one that it leads to by links.
 */
void
paths_read(const char *file)
{
	char real[PATH_MAX];

	allow_beside(file, READ);
	if (realpath(file, real) != NULL && strcmp(real, file) != 0)
		allow_beside(real, READ);
}

void
paths_remove(const char *file)
{
	allow_beside(file, LANDLOCK_ACCESS_FS_REMOVE_FILE);
}

int
paths_rules(void)
{
	return ruleset;
}
