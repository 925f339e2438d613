/*
 * Files into a configuration, aside from the one in force.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "../../common/log.h"
#include "../../common/wire.h"
#include "load.h"

#define MAXKEPT 100 /* errors told to clients; the log has all */

static struct config *building;
static char *kept[MAXKEPT];
static unsigned int errors, nkept;
static int was_missing;
static int starved; /* what there is could not be read */

static void
begin(void)
{
	if (building != NULL)
		return;
	if ((building = config_new()) == NULL)
		fatal(EX_OSERR, "configuration");
	errors = 0;
	starved = 0;
	while (nkept > 0)
		free(kept[--nkept]);
}

static void
note_error(int error)
{
	if (error == ENOMEM || error == EMFILE || error == ENFILE)
		starved = 1;
}

static void
on_error(void *arg, const char *text)
{
	(void)arg;
	note_error(errno);
	log_errx("%s", text);
	errors++;
	if (nkept < MAXKEPT && (kept[nkept] = strdup(text)) != NULL)
		nkept++;
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
	if (config_add(building, d, &rule) == -1)
		fatalx(EX_OSERR, "%s:%u: no memory", d->file, d->line);
}

static const struct conf_handler handler = { on_directive, on_error, on_warning,
	NULL };

static const char *
why_no_file(int error)
{
	if (error == ELOOP)
		return "includes itself, or more than 16 files deep";
	if (error == EINVAL)
		return "not a regular file";
	if (error == EACCES)
		return "permission denied (a directory that no line named at "
		       "the start needs a restart)";
	return strerror(error);
}

int
load_file(struct imsg *imsg, enum load_missing missing)
{
	struct wire_config c;
	char text[sizeof(c.path) + sizeof(c.from) + 128];
	int fd;

	if (imsg_get_data(imsg, &c, sizeof(c)) == -1)
		return -1;
	c.path[sizeof(c.path) - 1] = c.from[sizeof(c.from) - 1] = '\0';
	begin();
	if ((fd = imsg_get_fd(imsg)) != -1) {
		if (c.line == 0)
			was_missing = 0;
		errno = 0;
		(void)conf_parse(fd, c.path, &handler);
		return 0;
	}
	if (c.error == 0)
		c.error = ENFILE;
	note_error(c.error);
	if (c.line == 0) {
		snprintf(text, sizeof(text), "%s: %s", c.path,
		    why_no_file(c.error));
		/* without a file the daemon waits for smcroutectl */
		if (c.error != ENOENT || missing == LOAD_MISSING_ERROR)
			on_error(NULL, text);
		else if (missing == LOAD_MISSING_WARNING)
			on_warning(NULL, text);
		was_missing = c.error == ENOENT;
		return 0;
	}
	snprintf(text, sizeof(text), "%s:%u:%u: '%.256s': %s", c.from, c.line,
	    c.column, c.path, why_no_file(c.error));
	on_error(NULL, text);
	return 0;
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

	begin();
	c = building;
	building = NULL;
	c->errors = errors;
	/* the next life may have more; this one would forget routes */
	if (first && starved)
		fatalx(EX_OSERR, "configuration: out of memory or files");
	if (errors == 0 || first)
		return c;
	config_free(c);
	return NULL;
}

const char *
load_error(unsigned int n)
{
	return n < nkept ? kept[n] : NULL;
}
