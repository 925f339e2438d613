/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Finds the files of the configuration.  It looks for nothing in them but lines
 * whose first word is "include".
 */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lines.h"
#include "files.h"
#include "find.h"

/* Limits of one walk. */
#define MAXDEPTH   16
#define MAXFILES   2000	       /* files and "include" lines */
#define MAXBYTES   (256 << 20) /* of all files */
#define MAXENTRIES 32768       /* directory entries read to match patterns */

/* A file that is being read. */
struct file {
	const struct file *from; /* the file that includes it, or NULL */
	const char *path;
	int fd;
	uint64_t size; /* when it was opened; later additions are not read */
	uint64_t mtime;
	unsigned int line, column; /* of the current word */
	unsigned int depth;
	dev_t dev;
	ino_t ino;
};

static void (*tell)(const struct wire_config *, int);
static void (*opening)(const char *);
static unsigned int files;
static uint64_t bytes;
static unsigned int entries; /* directory entries that may still be read */
static int starved;	     /* memory was short: not all files were found */
static int full;	     /* a limit was reached: the rest is not read */

static void read_file(const struct file *, const char *);

/* Checks the file that was opened: it must be a regular file that is not being
 * read already.  0, or an errno. */
static int
check(struct file *f)
{
	const struct file *up;
	struct stat st;
	char c;

	f->mtime = lines_mtime(f->fd); /* before the size, which may change */
	if (fstat(f->fd, &st) == -1)
		return errno;
	/* files of /proc have size 0 and may be endless */
	if (!S_ISREG(st.st_mode) ||
	    (st.st_size == 0 && pread(f->fd, &c, 1, 0) != 0))
		return EINVAL;
	for (up = f->from; up != NULL; up = up->from)
		if (up->dev == st.st_dev && up->ino == st.st_ino)
			return ELOOP;
	if (f->depth > MAXDEPTH)
		return ELOOP;
	if ((uint64_t)st.st_size > MAXBYTES - bytes) {
		full = 1;
		return EFBIG;
	}
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->size = st.st_size;
	bytes += f->size;
	return 0;
}

/* 0, or -1 with errno. */
static int
open_file(struct file *f)
{
	int error;

	f->fd =
	    find_open(f->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	error = errno;
	if (opening != NULL && (f->fd != -1 || error != EMLINK))
		opening(f->path);
	if (f->fd != -1 && (error = check(f)) == 0)
		return 0;
	if (f->fd != -1)
		close(f->fd);
	errno = error;
	return -1;
}

static int
is_full(void)
{
	if (++files <= MAXFILES)
		return 0;
	full = 1;
	errno = EOVERFLOW;
	return 1;
}

/* Tells of a file f and its descriptor.  fd -1: it cannot be had, see error.
 * from: the file with the line that names it, or NULL. */
static void
report(const struct file *from, const char *path, int fd, const struct file *f,
    int error)
{
	struct wire_config c = { .error = error };

	strlcpy(c.path, path, sizeof(c.path));
	if (f != NULL) {
		c.size = f->size;
		c.mtime = f->mtime;
	}
	if (from != NULL) {
		c.line = from->line;
		c.column = from->column;
		strlcpy(c.from, from->path, sizeof(c.from));
	}
	starved |= error == ENOMEM;
	tell(&c, fd);
}

static void
include(struct file *f, const char *pattern)
{
	const char *slash = strrchr(f->path, '/');
	struct found found = { NULL, 0 };
	char path[1024];
	size_t i;
	int n = 0, rc;

	/* relative to the including file */
	if (pattern[0] != '/' && slash != NULL)
		n = slash + 1 - f->path;
	n = snprintf(path, sizeof(path), "%.*s%s", n, f->path, pattern);
	errno = ENAMETOOLONG;
	if (is_full() || n >= (int)sizeof(path))
		rc = -1;
	else
		rc = find(&found, path, &entries);
	if (rc == -1) {
		full |= errno == E2BIG;
		report(f, path, -1, NULL, errno);
	} else if (found.n == 0 && opening != NULL)
		opening(path); /* matching files may come later */
	for (i = 0; rc == 0 && i < found.n && !full; i++)
		read_file(f, found.at[i]);
	found_free(&found);
}

/* Obeys the line if it includes files. */
static void
read_line(struct file *f, struct lines *l)
{
	char *word, *rest = l->text;

	rest[strcspn(rest, "#\r")] = '\0';
	if ((word = strtok_r(rest, " \t", &rest)) == NULL ||
	    strcmp(word, "include") != 0 ||
	    (word = strtok_r(NULL, " \t", &rest)) == NULL)
		return;
	f->line = l->line;
	f->column = word - l->text + 1;
	include(f, word);
}

static void
read_lines(struct file *f)
{
	struct lines *l;
	int n = 1;

	f->line = f->column = 1;
	if ((l = malloc(sizeof(*l))) == NULL) {
		report(f, f->path, -1, NULL, ENOMEM);
		return;
	}
	lines_init(l, f->fd, f->size);
	while (!full && (n = lines_next(l)) > 0)
		/* the engine refuses longer lines */
		if (n != LINES_LATER && l->len <= CONFIG_MAXLINE)
			read_line(f, l);
	if (n == 0 && lines_mtime(f->fd) != f->mtime) {
		errno = ETXTBSY;
		n = -1;
	}
	if (n == -1) {
		f->line = l->line + 1;
		f->column = 1;
		report(f, f->path, -1, NULL, errno);
	}
	free(l);
}

static void
read_file(const struct file *from, const char *path)
{
	struct file f = { .from = from, .path = path };
	int copy; /* sent to the engine, which reads the whole file */

	f.depth = from != NULL ? from->depth + 1 : 0;
	if (is_full() || open_file(&f) == -1) {
		report(from, path, -1, NULL, errno);
		return;
	}
	if ((copy = dup(f.fd)) == -1)
		report(from, path, -1, NULL, errno);
	else {
		report(from, path, copy, &f, 0);
		read_lines(&f);
	}
	close(f.fd);
}

int
files_walk(const char *path, void (*f)(const struct wire_config *, int),
    void (*g)(const char *))
{
	tell = f;
	opening = g;
	files = bytes = full = starved = 0;
	entries = MAXENTRIES;
	read_file(NULL, path);
	return starved ? -1 : 0;
}
