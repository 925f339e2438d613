/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Reads the files into a new configuration, beside the one in force.
 */
#include <sys/queue.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/await.h"
#include "common/lines.h"
#include "common/log.h"
#include "common/wire.h"
#include "engine/want/current.h"
#include "load.h"

#define MAXSHOWN 100 /* errors shown to clients; the log has all */

#define SLICE_LINES 1000 /* lines at a time */

/* Bytes that a route in force takes in addition to its rule. */
#define ROUTE_SIZE 128

/* A file that is not read to its end yet. */
struct unread_file {
	TAILQ_ENTRY(unread_file) entry;
	struct wire_config c;
	int fd; /* -1: none */
	struct conf_file *parser;
	enum load_missing missing;
};

/* The unread files of one configuration. */
struct load {
	TAILQ_ENTRY(load) entry;
	TAILQ_HEAD(, unread_file) files;
	void (*ended)(uint32_t id); /* to be called then; NULL: more may come */
	uint32_t id;
};

static TAILQ_HEAD(loads, load) loads = TAILQ_HEAD_INITIALIZER(loads);
static struct peer *parent;
static struct event more;
static struct config *building;
static char *shown[MAXSHOWN];
static unsigned int errors, nshown;
static int was_missing;
/* Not all was read: memory or descriptors ran out, or a file changed. */
static int is_partial;

static void
begin_load(void)
{
	config_free(building);
	if ((building = config_new()) == NULL)
		fatal(EX_OSERR, "configuration");
	errors = 0;
	is_partial = 0;
	while (nshown > 0)
		free(shown[--nshown]);
}

static void
note_error(int error)
{
	if (error == ENOMEM || error == EMFILE || error == ENFILE ||
	    error == ETXTBSY)
		is_partial = 1;
}

static void
on_error(void *arg, const char *text)
{
	(void)arg;
	note_error(errno);
	log_errx("%s", text);
	errors++;
	if (nshown < MAXSHOWN && (shown[nshown] = strdup(text)) != NULL)
		nshown++;
}

/* The new configuration does not fit into memory: drop it and read no further,
 * since the running engine needs the memory. */
static void
starve(void)
{
	if (is_partial)
		return;
	is_partial = 1;
	config_free(building);
	if ((building = config_new()) == NULL)
		fatal(EX_OSERR, "configuration");
	if (config != NULL)
		on_error(NULL,
		    "configuration: out of memory, the running one "
		    "stays");
}

static void
on_warning(void *arg, const char *text)
{
	(void)arg;
	log_warnx("%s", text);
	config_warn(building, text);
}

static void
on_directive(void *arg, const struct directive *d)
{
	uint32_t rule;

	(void)arg;
	if (!is_partial && config_add(building, d, &rule) == -1)
		starve();
}

static const struct conf_handler handler = { on_directive, on_error, on_warning,
	NULL };

static const char *
why_no_file(int error)
{
	if (error == ELOOP)
		return "includes itself, or more than 16 files deep";
	if (error == EOVERFLOW)
		return "too many files and include lines (2000 in all)";
	if (error == EFBIG)
		return "too large (all files together may have 256 MiB)";
	if (error == EINVAL)
		return "not a regular file";
	if (error == ETXTBSY)
		return "changed while it was read";
	if (error == E2BIG)
		return "too many files in the directories searched (32768)";
	if (error == EMLINK)
		return "a link in a directory that others may write to, or a "
		       "file there that may be a hard link, is not read";
	if (error == EACCES)
		return "permission denied (if no line named this directory at "
		       "the start, restart the daemon)";
	return strerror(error);
}

/* Reports that a file could not be opened, or not be read as it was. */
static void
no_file(struct wire_config *c, enum load_missing missing)
{
	char text[sizeof(c->path) + sizeof(c->from) + 128];

	if (c->error == 0)
		c->error = ENFILE;
	note_error(c->error);
	if (c->line == 0) {
		snprintf(text, sizeof(text), "%s: %s", c->path,
		    why_no_file(c->error));
		/* without a file the daemon waits for smcroutectl */
		if (c->error != ENOENT || missing == LOAD_MISSING_ERROR)
			on_error(NULL, text);
		else if (missing == LOAD_MISSING_WARNING)
			on_warning(NULL, text);
		was_missing = c->error == ENOENT;
		return;
	}
	snprintf(text, sizeof(text), "%s:%u:%u: '%.256s': %s", c->from, c->line,
	    c->column, c->path, why_no_file(c->error));
	on_error(NULL, text);
}

/* 1 when there is enough memory to bring the new configuration into force. */
static int
fits(void)
{
	size_t now = config->rules.pool.count, n = building->rules.pool.count;
	void *volatile p;

	if (n <= now)
		return 1;
	if ((p = malloc((n - now) * ROUTE_SIZE)) == NULL)
		return 0;
	free(p);
	return 1;
}

static void
file_done(struct load *l, struct unread_file *f)
{
	TAILQ_REMOVE(&l->files, f, entry);
	free(f);
	peer_send(parent, IMSG_NEXT, 0, -1, NULL, 0);
}

static void
load_done(struct load *l)
{
	TAILQ_REMOVE(&loads, l, entry);
	if (config != NULL && building != NULL && !fits())
		starve();
	l->ended(l->id);
	free(l);
}

/* Reads a piece of a file.  1: there may be more of it. */
static int
read_piece(struct unread_file *f)
{
	/* also when the reader has died and its next life begins anew */
	if (f->parser == NULL && f->c.line == 0)
		begin_load();
	errno = 0;
	if (f->parser == NULL && f->fd != -1)
		f->parser = conf_open(f->fd, f->c.size, f->c.path, &handler);
	else if (f->fd == -1)
		no_file(&f->c, f->missing);
	if (f->parser == NULL)
		return 0;
	errno = 0;
	if (conf_read(f->parser, SLICE_LINES))
		return 1;
	if (f->c.mtime != 0 && lines_mtime(f->fd) != f->c.mtime) {
		f->c.error = ETXTBSY;
		no_file(&f->c, f->missing);
	}
	(void)conf_close(f->parser);
	return 0;
}

static int
log_has_room(void)
{
	return peer_queue(parent) < LOG_ROOM;
}

/* Reads small files whole, or one piece of a large file.  What is left is read
 * in later turns of the event loop, so that other work is done in between. */
static void
read_some(void)
{
	static const struct timeval soon;
	struct unread_file *f;
	struct load *l;

	while ((l = TAILQ_FIRST(&loads)) != NULL && log_has_room()) {
		if ((f = TAILQ_FIRST(&l->files)) == NULL) {
			if (l->ended == NULL)
				return;
			load_done(l);
		} else if (read_piece(f)) {
			await(&more, &soon);
			return;
		} else
			file_done(l, f);
	}
}

static void
read_more(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	read_some();
}

void
load_go_on(void)
{
	if (!evtimer_pending(&more, NULL))
		read_some();
}

/* The load that gets what comes from the parent: the last one, or a new one if
 * all files of that one have come. */
static struct load *
last_load(void)
{
	struct load *l = TAILQ_LAST(&loads, loads);

	if (building == NULL)
		begin_load();
	if (l != NULL && l->ended == NULL)
		return l;
	if ((l = calloc(1, sizeof(*l))) == NULL)
		fatal(EX_OSERR, "configuration");
	TAILQ_INIT(&l->files);
	TAILQ_INSERT_TAIL(&loads, l, entry);
	return l;
}

int
load_file(struct imsg *imsg, enum load_missing missing)
{
	struct unread_file *f;

	if ((f = calloc(1, sizeof(*f))) == NULL)
		fatal(EX_OSERR, "configuration");
	if (imsg_get_data(imsg, &f->c, sizeof(f->c)) == -1) {
		free(f);
		return -1;
	}
	f->c.path[sizeof(f->c.path) - 1] = '\0';
	f->c.from[sizeof(f->c.from) - 1] = '\0';
	f->missing = missing;
	if ((f->fd = imsg_get_fd(imsg)) != -1 && f->c.line == 0)
		was_missing = 0;
	TAILQ_INSERT_TAIL(&last_load()->files, f, entry);
	load_go_on();
	return 0;
}

void
load_init(struct peer *p)
{
	parent = p;
	evtimer_set(&more, read_more, NULL);
}

void
load_then(void (*ended)(uint32_t), uint32_t id)
{
	struct load *l = last_load();

	l->ended = ended;
	l->id = id;
	load_go_on();
}

int
load_was_missing(void)
{
	return was_missing;
}

unsigned int
load_errors(void)
{
	return errors;
}

struct config *
load_end(int first)
{
	struct config *c;

	if (building == NULL)
		begin_load();
	c = building;
	building = NULL;
	c->errors = errors;
	/* With half a configuration this engine would delete routes that work.
	 * End: the next engine may have more memory, or the whole file. */
	if (first && is_partial)
		fatalx(EX_OSERR, "configuration: not read as a whole");
	if (errors == 0 || first)
		return c;
	config_free(c);
	return NULL;
}

const char *
load_error(unsigned int n)
{
	return n < nshown ? shown[n] : NULL;
}
