/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the command line says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "common/version.h"
#include "common/wire.h"
#include "inherited.h"
#include "settings.h"
#include "syslog.h"

#define LETTERS	   "c:D:d:e:F:f:hI:i:l:m:NnP:p:st:u:vx"
#define MAXSECONDS (1 << 30)
#define MAXTABLE   (1000000000 - 1) /* the kernel's */

static const char usage[] =
    "usage: smcrouted [-hNnsvx] [-c SEC] [-D SEC] [-d SEC] [-e CMD] [-F FILE]\n"
    "                 [-f FILE] [-I NAME] [-i NAME] [-l LEVEL] [-m SEC]\n"
    "                 [-P FILE] [-p USER[:GROUP]] [-t ID] [-u FILE]\n";

struct settings settings;
static const char *given[128]; /* by letter; "": without an argument */

static void
read_options(int argc, char **argv)
{
	int ch;

	while ((ch = getopt(argc, argv, LETTERS)) != -1 && ch != '?') {
		given[ch] = optarg != NULL ? optarg : "";
		if (optarg != NULL && optarg[0] == '\0')
			fatalx(EX_USAGE, "-%c: its argument is empty", ch);
	}
	if (ch == -1 && optind == argc)
		return;
	if (ch == -1)
		fprintf(stderr, "%s: no such argument\n", argv[optind]);
	fputs(usage, stderr);
	exit(EX_USAGE);
}

static unsigned int
number(int letter, const char *what, long long min, long long max,
    unsigned int dflt)
{
	const char *errstr;
	unsigned int n;

	if (given[letter] == NULL)
		return dflt;
	n = strtonum(given[letter], min, max, &errstr);
	if (errstr != NULL)
		fatalx(EX_USAGE, "-%c %s: %s, expected %s from %lld to %lld",
		    letter, given[letter], errstr, what, min, max);
	return n;
}

/* An absolute path of name: as it is, or in dir when it has no slash (with the
 * ending), else from the working directory.  dir NULL: always from there. */
static char *
absolute(const char *dir, const char *name, const char *ending)
{
	char cwd[1024], *path;
	int rc;

	if (name[0] == '/')
		rc = asprintf(&path, "%s", name);
	else if (dir != NULL && strchr(name, '/') == NULL)
		rc = asprintf(&path, "%s/%s%s", dir, name, ending);
	else if (getcwd(cwd, sizeof(cwd)) != NULL)
		rc = asprintf(&path, "%s/%s", cwd, name);
	else
		rc = -1;
	if (rc == -1)
		fatal(EX_OSERR, "%s", name);
	return path;
}

/* dir: of a name without a slash, NULL: the working directory. */
static const char *
path(int letter, const char *dir, const char *dflt_dir, const char *ending)
{
	if (given[letter] != NULL)
		return absolute(dir, given[letter], ending);
	return absolute(dflt_dir, settings.name, ending);
}

static const struct {
	const char *name;
	int level;
} levels[] = {
	{ "none", -1 },
	{ "err", LOG_ERR },
	{ "error", LOG_ERR },
	{ "warning", LOG_WARNING },
	{ "notice", LOG_NOTICE },
	{ "info", LOG_INFO },
	{ "debug", LOG_DEBUG },
};

/* A level, or -2. */
static int
find_level(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(name, levels[i].name) == 0)
			return levels[i].level;
	return -2;
}

static void
start_log(int foreground, int syslog, const char *ident, const char *level)
{
	int l = level == NULL ? LOG_NOTICE : find_level(level);

	if (ident[0] == '\0' || strchr(ident, '/') != NULL)
		fatalx(EX_USAGE, "-i %s: not a name", ident);
	if (l == -2)
		fatalx(EX_USAGE,
		    "-l %s: not none, err, warning, notice, info or debug",
		    level);
	settings.level = l;
	settings.log = !foreground ? LOG_TO_BOTH :
	    syslog		   ? LOG_TO_SYSLOG :
				     LOG_TO_STDERR;
	if (settings.log != LOG_TO_STDERR) {
		syslog_open();
		log_setsyslog(syslog_line);
	}
	log_init(settings.log, ident, NULL);
	log_setlevel(l);
}

void
settings_parse(int argc, char **argv)
{
	struct settings *s = &settings;

	inherited_clean();
	read_options(argc, argv);
	if (given['h'] || given['v']) {
		printf("%s", given['h'] ? usage : SMCROUTED_ABOUT);
		exit(0);
	}
	s->name = given['i'] ? given['i'] : given['I'];
	s->name = s->name ? s->name : "smcroute";
	s->check = given['F'] != NULL;
	s->foreground = given['n'] != NULL;
	s->take_over = given['x'] != NULL;
	start_log(s->check || s->foreground, !s->check && given['s'], s->name,
	    given['l']);
	s->flags = (s->check ? SETUP_CHECK : 0) |
	    (given['f'] ? SETUP_NAMED : 0) | (given['e'] ? SETUP_HOOK : 0) |
	    (getenv("NOTIFY_SOCKET") ? SETUP_STATUS : 0);
	s->conf = path(s->check ? 'F' : 'f', NULL, SYSCONFDIR, ".conf");
	s->pid = path('P', RUNDIR, RUNDIR, ".pid");
	s->sock = path('u', NULL, RUNDIR, ".sock");
	s->user = given['p'];
	/* a mere name is looked for in PATH */
	s->hook = given['e'] && strchr(given['e'], '/') != NULL ?
	    absolute(NULL, given['e'], "") :
	    given['e'];
	s->table = number('t', "a table", 0, MAXTABLE, 0);
	s->delay = s->check ? 0 : number('d', "seconds", 0, MAXSECONDS, 0);
	s->expire = number('c', "seconds", 0, MAXSECONDS, 60);
	s->mrdisc = number('m', "seconds", 4, 180, 20);
	s->lifetime = number('D', "seconds", 1, MAXSECONDS, 0);
}
