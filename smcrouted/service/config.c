/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Hands the configuration to the engine.  The parent itself reads nothing of it
 * but the lines whose first word is "include", and whether any says "mrdisc".
 */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/lines.h"
#include "common/peer.h"
#include "common/wire.h"
#include "paths.h"
#include "config.h"

/* Of one load. */
#define MAXDEPTH 16
#define MAXFILES 2000	     /* with the lines that include some */
#define MAXBYTES (512 << 20) /* each file is opened twice */

static unsigned int files;
static off_t bytes;
static int full; /* of either: the rest is not looked at */
static int mrdisc;

/* A file that is being read. */
struct source {
	const struct source *from;
	const char *path;
	unsigned int line, column; /* of the word that is looked at */
	dev_t dev;
	ino_t ino;
};

/* Opens s->path, as is done twice with each; only a regular file that is not
 * being read already. */
static int
open_source(struct source *s)
{
	const struct source *up;
	struct stat st;
	int fd, depth = 0, error = 0;

	paths_read(s->path);
	fd = open(s->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		error = EINVAL;
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	for (up = s->from; error == 0 && up != NULL; up = up->from)
		if ((up->dev == s->dev && up->ino == s->ino) ||
		    ++depth > MAXDEPTH)
			error = ELOOP;
	if (error == 0 && st.st_size > MAXBYTES - bytes) {
		error = EFBIG;
		full = 1;
	}
	if (error == 0) {
		bytes += st.st_size;
		return fd;
	}
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

/* fd -1: error says why. */
static void
tell(struct peer *engine, const struct source *s, int fd, int error)
{
	struct wire_config c = { .error = error };

	strlcpy(c.path, s->path, sizeof(c.path));
	if (s->from != NULL) {
		c.line = s->from->line;
		c.column = s->from->column;
		strlcpy(c.from, s->from->path, sizeof(c.from));
	}
	peer_send(engine, IMSG_CONFIG, 0, fd, &c, sizeof(c));
}

static void
include(struct peer *engine, const struct source *from, const char *pattern)
{
	char path[1024];
	struct source s = { .from = from, .path = path };
	const char *slash = strrchr(from->path, '/');
	glob_t g;
	size_t i;
	int n = 0;

	/* as seen from the file that says it */
	if (pattern[0] != '/' && slash != NULL)
		n = slash + 1 - from->path;
	n = snprintf(path, sizeof(path), "%.*s%s", n, from->path, pattern);
	errno = ENAMETOOLONG;
	if (is_full() || n >= (int)sizeof(path) ||
	    glob(path, GLOB_NOCHECK, NULL, &g) != 0)
		tell(engine, &s, -1, errno);
	else {
		for (i = 0; i < g.gl_pathc && !full; i++)
			config_send(engine, g.gl_pathv[i], from);
		globfree(&g);
	}
}

/* Returns as lines_next() does. */
static int
read_lines(struct peer *engine, struct source *s, struct lines *l)
{
	char *word, *rest;
	int n = 1;

	while (!full && (n = lines_next(l)) == 1) {
		if (l->len > CONFIG_MAXLINE)
			continue; /* the engine takes none of these */
		s->line = l->line;
		rest = l->text;
		rest[strcspn(rest, "#\r")] = '\0';
		mrdisc |= strstr(rest, "mrdisc") != NULL;
		if ((word = strtok_r(rest, " \t", &rest)) != NULL &&
		    strcmp(word, "include") == 0 &&
		    (word = strtok_r(NULL, " \t", &rest)) != NULL) {
			s->column = word - l->text + 1;
			include(engine, s, word);
		}
	}
	return n;
}

/* The file first, then what it includes, in the order of its lines. */
void
config_send(struct peer *engine, const char *path, const struct source *from)
{
	struct source s = { .from = from, .path = path };
	struct lines *l = NULL;
	int fd = -1, own = -1;

	if (from == NULL)
		files = bytes = full = mrdisc = 0;
	/* opened once more: the engine's descriptor has its own position */
	if (is_full() || (fd = open_source(&s)) == -1 ||
	    (own = open_source(&s)) == -1 || (l = malloc(sizeof(*l))) == NULL) {
		/* a pattern may match nothing */
		if (errno != ENOENT || from == NULL || !strpbrk(path, "*?["))
			tell(engine, &s, -1, errno);
		close(fd);
		close(own);
		return;
	}
	tell(engine, &s, fd, 0);
	lines_init(l, own);
	if (read_lines(engine, &s, l) == -1)
		tell(engine, &s, -1, errno);
	free(l);
	close(own);
}

int
config_has_mrdisc(void)
{
	return mrdisc;
}
