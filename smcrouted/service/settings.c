/*
 * What the command line says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "../../common/log.h"
#include "../../common/version.h"
#include "daemon.h"
#include "settings.h"

#define LETTERS	   "c:D:F:f:hI:i:l:NnP:p:su:v"
#define MAXSECONDS (1 << 30)

static const char usage[] =
    "usage: smcrouted [-hNnsv] [-c SEC] [-D SEC] [-F FILE] [-f FILE] [-I NAME]\n"
    "                 [-i NAME] [-l LEVEL] [-P FILE] [-p USER[:GROUP]]\n"
    "                 [-u FILE]\n";

struct settings settings;
static const char *given[128]; /* by letter; "": without an argument */

static void
read_options(int argc, char **argv)
{
	int ch;

	while ((ch = getopt(argc, argv, LETTERS)) != -1 && ch != '?')
		given[ch] = optarg != NULL ? optarg : "";
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
		fatalx(EX_USAGE, "-%c %s: %s, expected %s", letter,
		    given[letter], errstr, what);
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

	read_options(argc, argv);
	if (given['h'] || given['v']) {
		printf("%s", given['h'] ? usage : SMCROUTED_ABOUT);
		exit(0);
	}
	s->name = given['i'] ? given['i'] : given['I'];
	s->name = s->name ? s->name : "smcroute";
	s->check = given['F'] != NULL;
	s->foreground = given['n'] != NULL;
	daemon_log(s->check || s->foreground, !s->check && given['s'], s->name,
	    given['l']);
	s->named = given['f'] != NULL;
	s->conf = path(s->check ? 'F' : 'f', NULL, SYSCONFDIR, ".conf");
	s->pid = path('P', RUNDIR, RUNDIR, ".pid");
	s->sock = path('u', NULL, RUNDIR, ".sock");
	s->user = given['p'];
	s->expire = number('c', "seconds", 0, MAXSECONDS, 60);
	s->lifetime = number('D', "seconds", 1, MAXSECONDS, 0);
}
