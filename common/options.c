/*
 * Options of a command line, by letter.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "log.h"
#include "options.h"

#define MAXSECONDS (1 << 30)

static const char *given[128];

void
options_parse(int argc, char **argv, const char *letters, const char *usage)
{
	int ch;

	while ((ch = getopt(argc, argv, letters)) != -1 && ch != '?')
		given[ch] = optarg != NULL ? optarg : "";
	if (ch == -1 && optind == argc)
		return;
	if (ch == -1)
		fprintf(stderr, "%s: no such argument\n", argv[optind]);
	fputs(usage, stderr);
	exit(EX_USAGE);
}

const char *
option(int letter)
{
	return given[letter];
}

unsigned int
option_seconds(int letter, unsigned int min, unsigned int dflt)
{
	const char *errstr;
	unsigned int n;

	if (given[letter] == NULL)
		return dflt;
	n = strtonum(given[letter], min, MAXSECONDS, &errstr);
	if (errstr != NULL)
		fatalx(EX_USAGE, "-%c %s: %s, expected seconds", letter,
		    given[letter], errstr);
	return n;
}
