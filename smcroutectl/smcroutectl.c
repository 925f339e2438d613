/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The main file: reads the options, then runs one command or a batch.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "smcroutectl.h"

struct options opt = { .ident = "smcroute" };

const char *
printable(const char *s, char *buf, size_t size)
{
	const char *p;
	size_t n = 0;

	for (p = s; *p >= ' ' && *p <= '~'; p++)
		;
	if (*p == '\0')
		return s;
	for (p = s; *p != '\0' && n + 5 <= size; p++) {
		if (*p >= ' ' && *p <= '~')
			buf[n++] = *p;
		else
			n += snprintf(buf + n, size - n, "\\%03o",
			    (unsigned char)*p);
	}
	buf[n] = '\0';
	return buf;
}

void
complain(uint32_t line, const char *fmt, ...)
{
	static char text[20000], buf[4 * sizeof(text) + 1];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fflush(stdout);
	fprintf(stderr, "%s: ", getprogname());
	if (line != 0)
		fprintf(stderr, "line %u: ", line);
	fprintf(stderr, "%s\n", printable(text, buf, sizeof(buf)));
}

static void
bad_usage(void)
{
	usage();
	exit(EX_USAGE);
}

/* The argument of an option: the rest of its word, or the next word. */
static const char *
option_arg(const char *option, char ***argv)
{
	if (option[1] != '\0')
		return option + 1;
	if (*++*argv == NULL) {
		complain(0, "option -%c needs an argument", *option);
		bad_usage();
	}
	return **argv;
}

/* Parses one word of options.  An option with an argument ends the word. */
static void
parse_flags(const char *p, char ***argv)
{
	for (; *p != '\0'; p++) {
		switch (*p) {
		case 'b':
			opt.batch = 1;
			break;
		case 'd':
			opt.detail = 1;
			break;
		case 'h':
			exit(help_run(NULL, 0));
		case 'i':
		case 'I':
			opt.ident = option_arg(p, argv);
			return;
		case 'j':
			opt.json = 1;
			break;
		case 'p':
			opt.plain = 1;
			break;
		case 't':
			opt.bare = 1;
			break;
		case 'u':
			opt.socket = option_arg(p, argv);
			return;
		case 'v':
			exit(version_run(NULL, 0));
		default:
			complain(0, "unknown option -%c", *p);
			bad_usage();
		}
	}
}

/* Parses the options, which may stand anywhere, and moves the other words to
 * the front of argv.  Returns how many these are. */
static int
parse_options(char **argv)
{
	char **words = argv;
	int n = 0, ended = 0;

	while (*++argv != NULL) {
		if (ended || (*argv)[0] != '-' || (*argv)[1] == '\0')
			words[n++] = *argv;
		else if (strcmp(*argv, "--") == 0)
			ended = 1;
		else
			parse_flags(*argv + 1, &argv);
	}
	words[n] = NULL;
	return n;
}

static int
run_command_line(char **words, int n)
{
	static char show[] = "show";
	static char *by_default[] = { show, NULL };
	const struct command *c;
	int used;

	if (opt.batch && n > 0) {
		complain(0, "with -b the commands come from standard input");
		bad_usage();
	}
	if (opt.batch)
		return batch_run();
	if (n == 0) {
		words = by_default;
		n = 1;
	}
	if ((c = command_parse(words, n, &used, 0)) == NULL)
		return EX_USAGE;
	if (c->run != NULL)
		return c->run(words + used, n - used);
	return request_one(c, words + used, n - used, 0);
}

static int
smcroutectl_run(char **argv)
{
	int n = parse_options(argv);

	if (opt.ident[0] == '\0' || strchr(opt.ident, '/') != NULL) {
		complain(0, "\"%s\" is no identity", opt.ident);
		return EX_USAGE;
	}
	/* print no control characters into a file or a pipe */
	if (!isatty(STDOUT_FILENO))
		opt.plain = 1;
	return run_command_line(argv, n);
}

int
main(int argc, char **argv)
{
	static char buf[65536];
	int rc;

	if (argc < 1)
		return EX_USAGE;
	setvbuf(stdout, buf, _IOFBF, sizeof(buf));
	rc = strcmp(getprogname(), "smcroute") == 0 ? smcroute_run(argv) :
						      smcroutectl_run(argv);
	if (fflush(stdout) == EOF || ferror(stdout)) {
		complain(0, "standard output: %s", strerror(errno));
		return EX_REFUSED;
	}
	return rc;
}
