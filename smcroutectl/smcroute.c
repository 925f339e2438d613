/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The command line of SMCRoute 1 and 2, which scripts still use.  Each letter
 * stands for a command of the table.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "smcroutectl.h"

static const struct {
	char letter;
	char command[8];
	int max; /* words that SMCRoute read, -1: all */
	const char *args;
} letters[] = {
	{ 'a', "add", -1, "IIF SOURCE GROUP OIF [OIF ...]" },
	{ 'r', "remove", 3, "IIF SOURCE GROUP" },
	{ 'j', "join", -1, "IIF GROUP" },
	{ 'l', "leave", -1, "IIF GROUP" },
	{ 'x', "join", -1, "IIF SOURCE GROUP" },
	{ 'y', "leave", -1, "IIF SOURCE GROUP" },
	{ 'k', "kill", -1, "" },
};

#define NLETTERS (sizeof(letters) / sizeof(letters[0]))

static void
help(FILE *f)
{
	size_t i;

	fputs("usage: smcroute [-D] [-i NAME] [-u FILE] COMMAND ...\n"
	      "       smcroute -d [OPTION OF SMCROUTED ...]\n"
	      "       smcroute -h | -v\n"
	      "Commands, and what smcroutectl calls them:\n",
	    f);
	for (i = 0; i < NLETTERS; i++)
		fprintf(f, "  -%c %-31s%s\n", letters[i].letter,
		    letters[i].args, letters[i].command);
	fputs("A SOURCE of 0.0.0.0 or :: is any.\n", f);
}

static int
bad_usage(void)
{
	help(stderr);
	return EX_USAGE;
}

/* The letter of a word like "-x"; NUL for any other word. */
static char
letter_of(const char *word)
{
	if (word[0] != '-' || word[1] == '\0' || word[2] != '\0')
		return '\0';
	return word[1];
}

/* Does one command: argv[0] is its letter, n words follow. */
static int
command(char **argv, char letter, int n)
{
	static char name[sizeof(letters[0].command)];
	const struct command *c;
	size_t i;
	int used;

	for (i = 0; i < NLETTERS && letters[i].letter != letter; i++)
		;
	if (i == NLETTERS) {
		complain(0, "unknown command %s", argv[0]);
		return bad_usage();
	}
	if (letters[i].max != -1 && n > letters[i].max)
		n = letters[i].max;
	strlcpy(name, letters[i].command, sizeof(name));
	argv[0] = name;
	if ((c = command_parse(argv, n + 1, &used, 0)) == NULL)
		return EX_USAGE;
	return request_one(c, argv + used, n + 1 - used, 0);
}

/* Removes the options from argv, wherever they stand, and obeys them. */
static void
take_options(char **argv)
{
	char **out = argv, letter;

	for (; *argv != NULL; argv++) {
		letter = letter_of(*argv);
		if (letter == 'h') {
			help(stdout);
			exit(0);
		}
		if (letter == 'v')
			exit(version_run(NULL, 0));
		if (letter == 'D') /* made SMCRoute's client print more */
			continue;
		if (letter != '\0' && strchr("iIu", letter) != NULL) {
			if (*++argv == NULL) {
				complain(0, "option -%c needs an argument",
				    letter);
				exit(bad_usage());
			}
			*(letter == 'u' ? &opt.socket : &opt.ident) = *argv;
			continue;
		}
		*out++ = *argv;
	}
	*out = NULL;
}

/* Does all commands of the line.  Returns the exit code of the first that
 * failed. */
static int
run_commands(char **argv)
{
	int n, rc, first = 0;

	take_options(argv);
	if (*argv == NULL)
		return bad_usage();
	for (; *argv != NULL && first != EX_UNAVAILABLE; argv += n + 1) {
		for (n = 0; argv[n + 1] != NULL && argv[n + 1][0] != '-'; n++)
			;
		rc = command(argv, letter_of(*argv), n);
		first = first != 0 ? first : rc;
	}
	return first;
}

/* Runs the smcrouted beside this program if there is one, else the installed
 * one. */
static int
exec_daemon(const char *self, char **args)
{
	static char name[] = "smcrouted";
	char beside[4096];
	const char *path = SBINDIR "/smcrouted";
	const char *slash = strrchr(self, '/');

	if (slash != NULL) {
		snprintf(beside, sizeof(beside), "%.*s/smcrouted",
		    (int)(slash - self), self);
		if (access(beside, F_OK) == 0)
			path = beside;
	}
	args[0] = name;
	execv(path, args);
	complain(0, "%s: %s", path, strerror(errno));
	return EX_OSERR;
}

static int
start_daemon(char **argv)
{
	static char debug[] = "-ldebug";
	const char *self = argv[0];
	char **in, **out = argv, letter;
	int seen = 0;

	for (in = argv; *++in != NULL;) {
		letter = letter_of(*in);
		if (letter == 'd' && !seen++)
			continue;
		if (letter != '\0' && strchr("arjxyk", letter) != NULL) {
			complain(0,
			    "-%c is for a daemon that is running: it cannot be "
			    "used with -d",
			    letter);
			return bad_usage();
		}
		if (letter == 'v') {
			version_run(NULL, 0); /* as SMCRoute: go on */
			continue;
		}
		if (letter == 'L')
			(*in)[1] = 'l';
		*++out = letter == 'D' ? debug : *in;
	}
	*++out = NULL;
	fflush(stdout);
	return exec_daemon(self, argv);
}

int
smcroute_run(char **argv)
{
	char **p;

	for (p = argv + 1; *p != NULL; p++)
		if (letter_of(*p) == 'd')
			return start_daemon(argv);
	return run_commands(argv + 1);
}
