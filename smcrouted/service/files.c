/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The files of the configuration.  The parent itself reads nothing of them but
 * the lines whose first word is "include".
 */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lines.h"
#include "common/peer.h"
#include "common/wire.h"
#include "find.h"
#include "paths.h"
#include "files.h"

/* Of one load. */
#define MAXDEPTH   16
#define MAXFILES   2000	       /* with the lines that include some */
#define MAXBYTES   (256 << 20) /* of all files */
#define MAXENTRIES 32768       /* of directories, read to match patterns */

#define PIECE (1 << 20) /* bytes that are looked at in one step */

/* A file that is being looked at, and what its current line includes. */
struct source {
	char *path;
	int fd;
	uint64_t size; /* when it was opened; what is added later is not read */
	uint64_t pos;  /* of the next line */
	unsigned int line, column; /* of the word that is looked at */
	dev_t dev;
	ino_t ino;
	struct found included;
	size_t next; /* of included */
};

static struct source stack[MAXDEPTH + 1];
static unsigned int depth;
static const char *first;   /* still to be opened */
static struct lines *lines; /* of the topmost, or of none */
static unsigned int files, ahead;
static uint64_t bytes;
static unsigned int entries; /* that may still be read */
static int starved;	     /* of memory: not all was looked at */
static int full;	     /* of any of these: the rest is not looked at */

static struct source *
top(void)
{
	return depth > 0 ? &stack[depth - 1] : NULL;
}

/* fd was opened for s: a regular file that is not being read already. */
static int
check_source(struct source *s, int fd)
{
	const struct source *up;
	struct stat st;
	char c;

	if (fstat(fd, &st) == -1)
		return errno;
	/* /proc has endless files of size 0 */
	if (!S_ISREG(st.st_mode) ||
	    (st.st_size == 0 && pread(fd, &c, 1, 0) != 0))
		return EINVAL;
	for (up = stack; up < stack + depth; up++)
		if (up->dev == st.st_dev && up->ino == st.st_ino)
			return ELOOP;
	if (depth > MAXDEPTH)
		return ELOOP;
	if ((uint64_t)st.st_size > MAXBYTES - bytes) {
		full = 1;
		return EFBIG;
	}
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	s->size = st.st_size;
	bytes += s->size;
	return 0;
}

static int
open_source(struct source *s, const char *path)
{
	int fd, error;

	fd = find_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	error = errno;
	if (fd != -1 || error != EMLINK)
		paths_read(path); /* a missing one may come later */
	if (fd != -1 && (error = check_source(s, fd)) == 0 &&
	    (s->path = strdup(path)) == NULL)
		error = ENOMEM;
	if (fd != -1 && error == 0)
		return s->fd = fd;
	if (fd != -1)
		close(fd);
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

/* fd -1: error says why; it is closed.  from: what includes it, or NULL. */
static void
tell(struct peer *engine, const struct source *from, const char *path, int fd,
    uint64_t size, int error)
{
	struct wire_config c = { .error = error, .size = size };

	strlcpy(c.path, path, sizeof(c.path));
	if (from != NULL) {
		c.line = from->line;
		c.column = from->column;
		strlcpy(c.from, from->path, sizeof(c.from));
	}
	starved |= error == ENOMEM;
	if (peer_is_open(engine))
		ahead++;
	peer_send(engine, IMSG_CONFIG, 0, fd, &c, sizeof(c));
}

static void
send_file(struct peer *engine, const char *path)
{
	struct source s = { .fd = -1 }, *from = top();
	int fd;

	/* the engine's descriptor is another one of the same open file */
	if (is_full() || open_source(&s, path) == -1 ||
	    (fd = dup(s.fd)) == -1) {
		tell(engine, from, path, -1, 0, errno);
		free(s.path);
		if (s.fd != -1)
			close(s.fd);
		return;
	}
	tell(engine, from, path, fd, s.size, 0);
	stack[depth++] = s;
	/* -Wanalyzer-malloc-leak: gcc loses what is stored at an index */
}

static void
include(struct peer *engine, struct source *s, const char *pattern)
{
	const char *slash = strrchr(s->path, '/');
	char path[1024];
	int n = 0, rc;

	/* as seen from the file that says it */
	if (pattern[0] != '/' && slash != NULL)
		n = slash + 1 - s->path;
	n = snprintf(path, sizeof(path), "%.*s%s", n, s->path, pattern);
	errno = ENAMETOOLONG;
	if (is_full() || n >= (int)sizeof(path))
		rc = -1;
	else
		rc = find(&s->included, path, &entries);
	if (rc == -1) {
		full |= errno == E2BIG;
		tell(engine, s, path, -1, 0, errno);
		found_free(&s->included);
	}
}

/* Goes on in the topmost file to the next include, but not too far.  1, or 0 at
 * its end. */
static int
read_on(struct peer *engine, struct source *s)
{
	char *word, *rest;
	uint64_t stop = s->pos + PIECE;
	int n = 1, done = 0;

	if (lines->fd != s->fd) {
		lines_init(lines, s->fd, s->size);
		lines->pos = s->pos;
		lines->line = s->line;
	}
	while (!done && s->pos < stop && (n = lines_next(lines)) > 0) {
		s->pos = lines_at(lines);
		s->line = lines->line;
		if (n == LINES_LATER)
			return 1;
		if (lines->len > CONFIG_MAXLINE)
			continue; /* the engine takes none of these */
		rest = lines->text;
		rest[strcspn(rest, "#\r")] = '\0';
		if ((word = strtok_r(rest, " \t", &rest)) != NULL &&
		    strcmp(word, "include") == 0 &&
		    (word = strtok_r(NULL, " \t", &rest)) != NULL) {
			s->column = word - lines->text + 1;
			include(engine, s, word);
			done = 1;
		}
	}
	if (n == -1)
		tell(engine, depth > 1 ? s - 1 : NULL, s->path, -1, 0, errno);
	return n > 0 && !full;
}

static void
pop(void)
{
	struct source *s = &stack[--depth];

	close(s->fd);
	free(s->path);
	found_free(&s->included);
	lines->fd = -1;
}

void
files_end(void)
{
	while (depth > 0)
		pop();
	free(lines);
	lines = NULL;
	first = NULL;
	ahead = 0;
}

void
files_begin(const char *path)
{
	files_end();
	first = path;
	files = bytes = full = starved = 0;
	entries = MAXENTRIES;
}

/* The file first, then what it includes, in the order of its lines. */
int
files_next(struct peer *engine)
{
	struct source *s = top();
	const char *path = first;

	if (ahead >= FILE_CREDIT)
		return -1;
	if (path != NULL) {
		first = NULL;
		if ((lines = malloc(sizeof(*lines))) == NULL) {
			tell(engine, NULL, path, -1, 0, ENOMEM);
			return 0;
		}
		lines->fd = -1;
		send_file(engine, path);
	} else if (s != NULL && s->next < s->included.n && !full) {
		lines->fd = -1;
		send_file(engine, s->included.at[s->next++]);
	} else if (s != NULL) {
		found_free(&s->included);
		s->next = 0;
		if (full || !read_on(engine, s))
			pop();
	}
	if (depth > 0)
		return 1;
	free(lines);
	lines = NULL;
	return 0;
}

int
files_starved(void)
{
	return starved;
}

int
files_taken(void)
{
	if (ahead == 0)
		return 0;
	ahead--;
	return 1;
}
