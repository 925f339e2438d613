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
#include "daemon.h"
#include "inherited.h"
#include "settings.h"

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

/* dir: of a name without a slash, NULL: the working directory. */
static const char *
path(int letter, const char *dir, const char *dflt_dir, const char *ending)
{
	if (given[letter] != NULL)
		return daemon_path(dir, given[letter], ending);
	return daemon_path(dflt_dir, settings.name, ending);
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
	daemon_log(s->check || s->foreground, !s->check && given['s'], s->name,
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
	    daemon_path(NULL, given['e'], "") :
	    given['e'];
	s->table = number('t', "a table", 0, MAXTABLE, 0);
	s->delay = s->check ? 0 : number('d', "seconds", 0, MAXSECONDS, 0);
	s->expire = number('c', "seconds", 0, MAXSECONDS, 60);
	s->mrdisc = number('m', "seconds", 4, 180, 20);
	s->lifetime = number('D', "seconds", 1, MAXSECONDS, 0);
}
