/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The parent's reading of smcroute.conf: config.c, for which there is one file,
 * and no other that it includes can be opened.
 */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>

#include "common/peer.h"
#include "service/paths.h"
#include "conf_parent.h"
#include "fuzz.h"

static void (*told)(const struct wire_config *);
static int included;

static int
fake_open(const char *path, int flags)
{
	(void)path;
	(void)flags;
	errno = EACCES;
	return included ? -1 : CONF_PARENT_FD;
}

static int
fake_fstat(int fd, struct stat *st)
{
	MUST(fd == CONF_PARENT_FD);
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFREG;
	return 0;
}

void
paths_read(const char *file)
{
	MUST(file != NULL);
}

static int
fake_glob(const char *pattern, int flags, void *error, glob_t *g)
{
	static char *list[2];

	MUST(flags == GLOB_NOCHECK && error == NULL);
	list[0] = strdup(pattern);
	MUST(list[0] != NULL);
	g->gl_pathc = 1;
	g->gl_pathv = list;
	included = 1;
	return 0;
}

static void
fake_globfree(glob_t *g)
{
	free(g->gl_pathv[0]);
	included = 0;
}

static void
fake_send(struct peer *p, uint32_t type, uint32_t id, int fd, const void *data,
    size_t len)
{
	(void)p;
	(void)id;
	MUST(type == IMSG_CONFIG && len == sizeof(struct wire_config));
	MUST(fd == (included ? -1 : CONF_PARENT_FD));
	if (included)
		told(data);
}

/* There is no such descriptor to be closed. */
static int
fake_close(int fd)
{
	MUST(fd == -1 || fd == CONF_PARENT_FD);
	return 0;
}

#define close	  fake_close
#define open	  fake_open
#define fstat	  fake_fstat
#define glob	  fake_glob
#define globfree  fake_globfree
#define peer_send fake_send
#include "service/config.c"

void
conf_parent(void (*include_told)(const struct wire_config *))
{
	told = include_told;
	config_send(NULL, "f", NULL);
}
