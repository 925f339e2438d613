/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * unveil: which files a process can still reach.
 *
 * The first unveil(2) hides all others at once, so places are gathered until
 * all are known.  Each is told once: what is said of it later may not add to
 * what was said before.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "paths.h"

#define READ   1
#define CREATE 2 /* and remove */

static const char *const permissions[] = { "", "r", "c", "rc" };

struct place {
	char *path;
	unsigned int access;
};

static struct place *places;
static size_t nplaces;

/* A path that does not exist needs no right. */
static void
allow(const char *path, unsigned int access)
{
	char real[PATH_MAX];
	struct place *p;
	size_t i;

	if (realpath(path, real) == NULL)
		return;
	for (i = 0; i < nplaces && strcmp(places[i].path, real) != 0; i++)
		;
	if (i == nplaces) {
		p = reallocarray(places, nplaces + 1, sizeof(*p));
		if (p == NULL || (p[i].path = strdup(real)) == NULL)
			fatal(EX_OSERR, "%s", path);
		p[i].access = 0;
		places = p;
		nplaces++;
	}
	places[i].access |= access;
}

static void
allow_beside(const char *file, unsigned int access)
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
	allow_beside(file, CREATE);
}

/* Each place as its access and its path with the NUL, through a pipe: rules do
 * not outlive an exec.  The -e command is run by a process that was there
 * before. */
int
paths_rules(void)
{
	unsigned char access;
	size_t i, len;
	int fd[2];

	if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) == -1)
		fatal(EX_OSERR, "pipe");
	for (i = 0; i < nplaces; i++) {
		access = places[i].access;
		len = strlen(places[i].path) + 1;
		if (write(fd[1], &access, 1) != 1 ||
		    write(fd[1], places[i].path, len) != (ssize_t)len)
			fatal(EX_OSERR, "%s", places[i].path);
	}
	close(fd[1]);
	return fd[0];
}

void
paths_enter(int rules)
{
	char path[PATH_MAX];
	unsigned char access;
	size_t n;

	if (rules == -1)
		return;
	while (read(rules, &access, 1) == 1 &&
	    access < sizeof(permissions) / sizeof(permissions[0])) {
		for (n = 0; n < sizeof(path) && read(rules, path + n, 1) == 1 &&
		     path[n] != '\0';)
			n++;
		if (unveil(path, permissions[access]) == -1)
			fatal(EX_OSERR, "unveil %s", path);
	}
	close(rules);
	if (unveil(NULL, NULL) == -1)
		fatal(EX_OSERR, "unveil");
}
