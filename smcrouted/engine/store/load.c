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

/* A file to read; or, with ended set, a function to call when the files before
 * it were read. */
struct job {
	TAILQ_ENTRY(job) entry;
	struct wire_config c;
	int fd; /* -1: none */
	struct conf_file *file;
	enum load_missing missing;
	void (*ended)(uint32_t);
	uint32_t id;
};

static TAILQ_HEAD(, job) jobs = TAILQ_HEAD_INITIALIZER(jobs);
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
		return "a link in a directory that others may write to is not "
		       "followed";
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
job_done(struct job *j)
{
	TAILQ_REMOVE(&jobs, j, entry);
	if (j->ended != NULL && config != NULL && building != NULL && !fits())
		starve();
	if (j->ended != NULL)
		j->ended(j->id);
	else
		peer_send(parent, IMSG_NEXT, 0, -1, NULL, 0);
	free(j);
}

/* Reads a piece of a file.  1: there may be more of it. */
static int
read_piece(struct job *j)
{
	/* also when the reader has died and its next life begins anew */
	if (j->file == NULL && j->c.line == 0)
		begin_load();
	errno = 0;
	if (j->file == NULL && j->fd != -1)
		j->file = conf_open(j->fd, j->c.size, j->c.path, &handler);
	else if (j->fd == -1)
		no_file(&j->c, j->missing);
	if (j->file == NULL)
		return 0;
	errno = 0;
	if (conf_read(j->file, SLICE_LINES))
		return 1;
	if (j->c.mtime != 0 && lines_mtime(j->fd) != j->c.mtime) {
		j->c.error = ETXTBSY;
		no_file(&j->c, j->missing);
	}
	(void)conf_close(j->file);
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
do_jobs(void)
{
	static const struct timeval soon;
	struct job *j;

	while ((j = TAILQ_FIRST(&jobs)) != NULL && log_has_room()) {
		if (j->ended == NULL && read_piece(j)) {
			await(&more, &soon);
			return;
		}
		job_done(j);
	}
}

static void
do_more_jobs(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	do_jobs();
}

void
load_go_on(void)
{
	if (!TAILQ_EMPTY(&jobs) && !evtimer_pending(&more, NULL))
		do_jobs();
}

/* Makes a new job and queues it after the others. */
static struct job *
job_new(void)
{
	struct job *j;

	if (building == NULL)
		begin_load();
	if ((j = calloc(1, sizeof(*j))) == NULL)
		fatal(EX_OSERR, "configuration");
	j->fd = -1;
	TAILQ_INSERT_TAIL(&jobs, j, entry);
	return j;
}

int
load_file(struct imsg *imsg, enum load_missing missing)
{
	struct job *j = job_new();

	if (imsg_get_data(imsg, &j->c, sizeof(j->c)) == -1)
		return -1;
	j->c.path[sizeof(j->c.path) - 1] = '\0';
	j->c.from[sizeof(j->c.from) - 1] = '\0';
	j->missing = missing;
	if ((j->fd = imsg_get_fd(imsg)) != -1 && j->c.line == 0)
		was_missing = 0;
	load_go_on();
	return 0;
}

void
load_init(struct peer *p)
{
	parent = p;
	evtimer_set(&more, do_more_jobs, NULL);
}

void
load_then(void (*ended)(uint32_t), uint32_t id)
{
	struct job *j = job_new();

	j->ended = ended;
	j->id = id;
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
