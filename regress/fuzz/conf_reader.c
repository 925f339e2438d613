/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The reader's walk over smcroute.conf, files.c and find.c.  There is one file
 * for them, and no other that it includes can be opened.  Patterns are not
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

#include "conf_reader.h"
#include "fuzz.h"

#define DIR_FD (CONF_READER_FD + 1)

static void (*not_opened)(const struct wire_config *);
static size_t file_size;
static int included; /* the first one was opened */

static int
fake_openat(int dir, const char *path, int flags)
{
	MUST(dir == DIR_FD && path[0] != '\0' && flags & O_NOFOLLOW);
	errno = EACCES;
	return included++ ? -1 : CONF_READER_FD;
}

static ssize_t
fake_readlinkat(int dir, const char *path, char *buf, size_t size)
{
	MUST(dir == DIR_FD && path[0] != '\0' && buf != NULL && size > 0);
	errno = EINVAL;
	return -1;
}

/* Nobody but root can write to the directory. */
static int
fake_fstat(int fd, struct stat *st)
{
	MUST(fd == CONF_READER_FD || fd == DIR_FD);
	memset(st, 0, sizeof(*st));
	st->st_mode = fd == DIR_FD ? S_IFDIR : S_IFREG;
	st->st_size = file_size;
	return 0;
}

static int
fake_dup(int fd)
{
	MUST(fd == CONF_READER_FD);
	return fd;
}

/* There are no such descriptors to be closed. */
static int
fake_close(int fd)
{
	MUST(fd == CONF_READER_FD || fd == DIR_FD);
	return 0;
}

#define close		fake_close
#define openat		fake_openat
#define readlinkat	fake_readlinkat
#define fstat		fake_fstat
#define dup		fake_dup
#define strpbrk(s, set) NULL
#include "reader/files.c"
#include "reader/find.c"

int
paths_begin(const char **path)
{
	MUST((*path)[0] != '\0');
	return DIR_FD;
}

static void
on_file(const struct wire_config *c, int fd)
{
	MUST(fd == -1 || fd == CONF_READER_FD);
	if (fd == -1)
		not_opened(c);
}

static void
on_path(const char *path)
{
	MUST(path[0] != '\0');
}

void
conf_reader(size_t size, void (*f)(const struct wire_config *))
{
	not_opened = f;
	file_size = size;
	included = 0;
	MUST(files_walk("f", on_file, on_path) == 0);
}
