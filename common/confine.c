/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Gives up rights in the ways that all systems have: root directory, files,
 * processes.
 */
#include <sys/resource.h>
#include <sys/stat.h>
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "confine.h"
#include "log.h"

static void
limit(int what, rlim_t n)
{
	struct rlimit rl;

	rl.rlim_cur = rl.rlim_max = n;
	if (setrlimit(what, &rl) == -1)
		fatal(EX_OSERR, "setrlimit");
}

void
confine_limits(void)
{
	struct rlimit rl;

	limit(RLIMIT_CORE, 0);
	if (getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return;
	rl.rlim_cur = rl.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &rl);
}

/*
 * Enters a directory that has been removed: it is empty, and nothing can be
 * created in it.  Others who may write to the directory of the file could put
 * another directory in its place.  st_nlink is 0 only if the directory that was
 * entered is the one that was removed.
 */
static void
enter_removed(const char *file)
{
	char dir[PATH_MAX];
	struct stat st;

	snprintf(dir, sizeof(dir), "%.*ssmcrouted.XXXXXX",
	    (int)(strrchr(file, '/') + 1 - file), file);
	if (mkdtemp(dir) == NULL || chdir(dir) == -1 || rmdir(dir) == -1 ||
	    stat(".", &st) == -1)
		fatal(EX_OSERR, "%s", dir);
	if (st.st_nlink != 0)
		fatalx(EX_OSERR, "%s: not removed", dir);
	if (chroot(".") == -1 || chdir("/") == -1)
		fatal(EX_OSERR, "chroot %s", dir);
}

static void
enter_empty(const char *dir, const char *file)
{
	struct stat st;

	if (mkdir(dir, 0555) == -1 && errno != EEXIST) {
		if (strchr(file, '/') == NULL)
			fatal(EX_OSERR, "%s", dir);
		enter_removed(file);
		return;
	}
	if (lstat(dir, &st) == -1)
		fatal(EX_OSERR, "%s", dir);
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 || st.st_mode & 022)
		fatalx(EX_OSERR,
		    "%s must be a directory that only root can write to", dir);
	if (chroot(dir) == -1 || chdir("/") == -1)
		fatal(EX_OSERR, "chroot %s", dir);
}

void
confine_child(const char *user, const char *dir, const char *file)
{
	struct passwd *pw;

	errno = 0;
	if ((pw = getpwnam(user)) == NULL && errno == ENOMEM)
		fatal(EX_OSERR, "user %s", user);
	if (pw == NULL)
		fatalx(EX_NOUSER, "no user %s", user);
	if (pw->pw_uid == 0)
		fatalx(EX_NOUSER, "user %s must not be root", user);
	enter_empty(dir, file);
	confine_rights(pw->pw_uid, pw->pw_gid, 0);
	limit(RLIMIT_FSIZE, 0);
}

void
confine_unprivileged(void)
{
	confine_limits();
	confine_exec();
	limit(RLIMIT_FSIZE, 0);
}

void
confine_nofork(void)
{
	limit(RLIMIT_NPROC, 0);
}

void
confine_files(unsigned int n)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) == -1 || rl.rlim_max > n)
		limit(RLIMIT_NOFILE, n);
}
