/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The parent's reading of smcroute.conf: files.c and find.c, for which there is
 * one file, and no other that it includes can be opened.  Patterns are not
 * looked for.
 */
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/peer.h"
#include "service/paths.h"
#include "service/settings.h"
#include "conf_parent.h"
#include "fuzz.h"

#define DIR_FD (CONF_PARENT_FD + 1)

struct settings settings;

static void (*told)(const struct wire_config *);
static size_t file_size;
static int included; /* the first one was opened */

static int
fake_open(const char *path, int flags)
{
	MUST(flags & O_NOFOLLOW);
	MUST(strcmp(path, "/") == 0 || strcmp(path, ".") == 0);
	return DIR_FD;
}

static int
fake_openat(int dir, const char *path, int flags)
{
	MUST(dir == DIR_FD && path[0] != '\0' && flags & O_NOFOLLOW);
	errno = EACCES;
	return included++ ? -1 : CONF_PARENT_FD;
}

static ssize_t
fake_readlinkat(int dir, const char *path, char *buf, size_t size)
{
	MUST(dir == DIR_FD && path[0] != '\0' && buf != NULL && size > 0);
	errno = EINVAL;
	return -1;
}

static int
fake_fstat(int fd, struct stat *st)
{
	MUST(fd == CONF_PARENT_FD);
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFREG;
	st->st_size = file_size;
	return 0;
}

static int
fake_dup(int fd)
{
	MUST(fd == CONF_PARENT_FD);
	return fd;
}

void
paths_read(const char *file)
{
	MUST(file != NULL);
}

int
peer_is_open(const struct peer *p)
{
	MUST(p == NULL);
	return 0;
}

static void
fake_send(struct peer *p, uint32_t type, uint32_t id, int fd, const void *data,
    size_t len)
{
	(void)p;
	(void)id;
	MUST(type == IMSG_CONFIG && len == sizeof(struct wire_config));
	MUST(fd == -1 || fd == CONF_PARENT_FD);
	if (fd == -1)
		told(data);
}

/* There are no such descriptors to be closed. */
static int
fake_close(int fd)
{
	MUST(fd == CONF_PARENT_FD || fd == DIR_FD);
	return 0;
}

#define close		fake_close
#define open		fake_open
#define openat		fake_openat
#define readlinkat	fake_readlinkat
#define fstat		fake_fstat
#define dup		fake_dup
#define peer_send	fake_send
#define strpbrk(s, set) NULL
#include "service/files.c"
#include "service/find.c"

void
conf_parent(size_t size, void (*include_told)(const struct wire_config *))
{
	told = include_told;
	file_size = size;
	included = 0;
	files_begin("f");
	while (files_next(NULL) == 1)
		;
}
