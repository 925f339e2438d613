/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The parser on a file (or with -w on lines of command words): directives on
 * stdout as conf_print() writes them, errors and warnings among them.
 */
#include <sys/types.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/lang/conf.h"
#include "read_all.h"

#define WORDS_MAX 64

static unsigned int nerrors;
static unsigned int lastline;

static void
on_directive(void *arg, const struct directive *d)
{
	if (strcmp(d->file, arg) != 0 || d->line <= lastline)
		errx(2, "%s:%u: wrong place", d->file, d->line);
	lastline = d->line;
	conf_print(stdout, d);
}

static void
on_error(void *arg, const char *text)
{
	(void)arg;
	nerrors++;
	printf("error: %s\n", text);
}

static void
on_warning(void *arg, const char *text)
{
	(void)arg;
	printf("warning: %s\n", text);
}

static void
test_file(char *file)
{
	struct conf_handler h = { on_directive, on_error, on_warning, file };
	unsigned int n;
	int fd;

	if ((fd = open(file, O_RDONLY)) == -1)
		err(2, "%s", file);
	n = read_all(fd, file, &h);
	if (n != nerrors)
		errx(2, "%s: %u errors, %u returned", file, nerrors, n);
	if (close(fd) == 0)
		errx(2, "%s: not closed", file);
}

static void
test_words(char *line)
{
	static const char *const names[] = { "add", "remove", "join" };
	static const enum conf_words kinds[] = { WORDS_ADD, WORDS_REMOVE,
		WORDS_GROUP };
	const char *words[WORDS_MAX] = { NULL };
	struct directive d;
	char why[200], *command, *word;
	size_t i, n = 0;

	if ((command = strsep(&line, " ")) == NULL)
		return;
	/* strsep: two blanks make an empty word */
	while ((word = strsep(&line, " ")) != NULL && n < WORDS_MAX)
		words[n++] = word;
	for (i = 0; i < 3; i++) {
		if (strcmp(command, names[i]) != 0)
			continue;
		if (conf_words(kinds[i], words, n, &d, why, sizeof(why)) == -1)
			printf("error: %s\n", why);
		else
			conf_print(stdout, &d);
		return;
	}
	errx(2, "%s: no such command", command);
}

static void
test_words_file(const char *file)
{
	FILE *fp;
	char *buf = NULL;
	size_t size = 0;

	if ((fp = fopen(file, "r")) == NULL)
		err(2, "%s", file);
	while (getline(&buf, &size, fp) != -1) {
		buf[strcspn(buf, "\n")] = '\0';
		test_words(buf);
	}
	free(buf);
	fclose(fp);
}

int
main(int argc, char *argv[])
{
	if (argc == 3 && strcmp(argv[1], "-w") == 0)
		test_words_file(argv[2]);
	else if (argc == 2)
		test_file(argv[1]);
	else
		errx(64, "usage: conf_test [-w] FILE");
	return 0;
}
