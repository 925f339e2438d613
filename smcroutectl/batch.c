/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Reads commands from standard input.  Many commands go into one request, which
 * is sent when it is full or when the next line has not come yet.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "smcroutectl.h"

#define READ_SIZE 65536
#define BLANKS	  " \t\r\v\f"

static char **words;
static int maxwords;
static int code; /* exit code so far */

static void
note_exit(int rc)
{
	if (rc == EX_USAGE)
		rc = EX_REFUSED;
	/* a larger code, such as EX_UNAVAILABLE, says more */
	if (rc > code)
		code = rc;
}

static void *
grow(void *p, size_t n, size_t size)
{
	if ((p = reallocarray(p, n, size)) == NULL) {
		complain(0, "%s", strerror(errno));
		exit(EX_OSERR);
	}
	return p;
}

/* Splits a line into words; a '#' ends it.  Returns how many words. */
static int
split(char *line)
{
	int n = 0;

	line[strcspn(line, "#")] = '\0';
	for (line += strspn(line, BLANKS); *line != '\0';
	     line += strspn(line, BLANKS)) {
		if (n == maxwords) {
			maxwords = maxwords * 2 + 64;
			words = grow(words, maxwords, sizeof(*words));
		}
		words[n++] = line;
		line += strcspn(line, BLANKS);
		if (*line != '\0')
			*line++ = '\0';
	}
	return n;
}

static void
do_command(const struct command *c, char **args, int n, uint32_t line)
{
	if (c->run != NULL || is_single(c->kind)) {
		note_exit(request_send()); /* do the commands before it first */
		if (code == EX_UNAVAILABLE)
			return;
		note_exit(c->run != NULL ? c->run(args, n) :
					   request_one(c, args, n, line));
		return;
	}
	if (request_add(c, args, n, line) == 0)
		return;
	note_exit(request_send());
	if (code == EX_UNAVAILABLE)
		return;
	if (request_add(c, args, n, line) == -1) {
		complain(line, "the command is too long");
		note_exit(EX_USAGE);
	}
}

static void
do_line(char *text, size_t len, uint32_t line)
{
	const struct command *c;
	int n, used;

	if (memchr(text, '\0', len) != NULL) {
		complain(line, "the line has a NUL byte");
		note_exit(EX_USAGE);
		return;
	}
	if ((n = split(text)) == 0)
		return;
	if ((c = command_parse(words, n, &used, line)) == NULL)
		note_exit(EX_USAGE);
	else
		do_command(c, words + used, n - used, line);
}

/* If no input is waiting, sends the request and hangs up, because the daemon
 * hangs up on silent clients. */
static void
pause_for_input(void)
{
	struct pollfd pfd = { .fd = STDIN_FILENO, .events = POLLIN };

	if (poll(&pfd, 1, 0) == 1)
		return;
	note_exit(request_send());
	link_close();
}

int
batch_run(void)
{
	char *buf = NULL, *p, *nl;
	size_t size = 0, len = 0;
	ssize_t n = 1;
	uint32_t line = 0;

	while (n > 0 && code != EX_UNAVAILABLE) {
		if (size - len < READ_SIZE) {
			size = size * 2 + READ_SIZE;
			buf = grow(buf, size, 1);
		}
		pause_for_input();
		n = read(STDIN_FILENO, buf + len, size - len - 1);
		if (n == -1) {
			complain(0, "standard input: %s", strerror(errno));
			note_exit(EX_REFUSED);
			break;
		}
		len += n;
		if (n == 0 && len > 0)
			buf[len++] = '\n'; /* the last line may have none */
		for (p = buf; code != EX_UNAVAILABLE &&
		     (nl = memchr(p, '\n', len - (p - buf))) != NULL;
		     p = nl + 1) {
			*nl = '\0';
			do_line(p, nl - p, ++line);
		}
		len -= p - buf;
		memmove(buf, p, len);
	}
	if (code != EX_UNAVAILABLE)
		note_exit(request_send());
	free(buf);
	free(words);
	return code;
}
