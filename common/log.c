/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sends log lines to stderr, to syslog or to a function.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

static enum log_target target = LOG_TO_STDERR;
static const char *ident = "smcrouted";
static const char *who;
static int level = LOG_NOTICE;
static void (*sink)(int, const char *);
static void (*to_syslog)(const char *, int, const char *);

void
log_init(enum log_target t, const char *id, const char *process)
{
	target = t;
	ident = id;
	who = process;
}

void
log_setlevel(int l)
{
	level = l;
}

int
log_getlevel(void)
{
	return level;
}

void
log_setsink(void (*f)(int, const char *))
{
	sink = f;
}

void
log_setsyslog(void (*f)(const char *, int, const char *))
{
	to_syslog = f;
}

/* Writes a line to stderr.  If stderr is a full pipe, the line is dropped. */
static void
to_stderr(const char *line)
{
	struct pollfd pfd = { .fd = STDERR_FILENO, .events = POLLOUT };

	if (poll(&pfd, 1, 0) != 0)
		fprintf(stderr, "smcrouted: %s\n", line);
}

/* 1 for a control character: of ASCII, or of the second set (C1) that terminals
 * obey, as UTF-8 or as a single byte. */
static int
is_control(const unsigned char *c, size_t i)
{
	if (c[i] < 0x80)
		return c[i] < ' ' || c[i] == 0x7f;
	return c[i] < 0xa0 && (i == 0 || c[i - 1] < 0x80 || c[i - 1] == 0xc2);
}

/* A line may contain names of files and processes, which anybody can choose. */
static void
make_printable(char *line)
{
	size_t i;

	for (i = 0; line[i] != '\0'; i++)
		if (is_control((const unsigned char *)line, i))
			line[i] = '?';
}

void
log_line(int priority, const char *text)
{
	char line[LOG_LINE_MAX];
	int saved = errno;

	if (priority > level)
		return;
	snprintf(line, sizeof(line), "%s", text);
	make_printable(line);
	if (to_syslog != NULL &&
	    (target == LOG_TO_SYSLOG || target == LOG_TO_BOTH))
		to_syslog(ident, priority, line);
	if (target == LOG_TO_STDERR || target == LOG_TO_BOTH)
		to_stderr(line);
	if (target == LOG_TO_SINK && sink != NULL)
		sink(priority, line);
	errno = saved;
}

static void __attribute__((format(printf, 4, 0)))
vlog(int priority, int error, const char *prefix, const char *fmt, va_list ap)
{
	char buf[LOG_LINE_MAX];
	size_t n;
	int saved = errno;

	if (priority > level)
		return;
	snprintf(buf, sizeof(buf), "%s", prefix);
	n = strlen(buf);
	vsnprintf(buf + n, sizeof(buf) - n, fmt, ap);
	n = strlen(buf);
	if (error)
		snprintf(buf + n, sizeof(buf) - n, ": %s", strerror(error));
	log_line(priority, buf);
	errno = saved;
}

#define LOG_BODY(priority, error)                                              \
	do {                                                                   \
		va_list ap;                                                    \
                                                                               \
		va_start(ap, fmt);                                             \
		vlog(priority, (error), "", fmt, ap);                          \
		va_end(ap);                                                    \
	} while (0)

void
log_err(const char *fmt, ...)
{
	LOG_BODY(LOG_ERR, errno);
}

void
log_errx(const char *fmt, ...)
{
	LOG_BODY(LOG_ERR, 0);
}

void
log_warn(const char *fmt, ...)
{
	LOG_BODY(LOG_WARNING, errno);
}

void
log_warnx(const char *fmt, ...)
{
	LOG_BODY(LOG_WARNING, 0);
}

void
log_notice(const char *fmt, ...)
{
	LOG_BODY(LOG_NOTICE, 0);
}

void
log_info(const char *fmt, ...)
{
	LOG_BODY(LOG_INFO, 0);
}

void
log_debug(const char *fmt, ...)
{
	LOG_BODY(LOG_DEBUG, 0);
}

static void __attribute__((format(printf, 2, 0)))
vfatal(int error, const char *fmt, va_list ap)
{
	char prefix[64];

	prefix[0] = '\0';
	if (who != NULL)
		snprintf(prefix, sizeof(prefix), "fatal in %s: ", who);
	vlog(LOG_ERR, error, prefix, fmt, ap);
}

void
fatal(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfatal(errno, fmt, ap);
	va_end(ap);
	exit(code);
}

void
fatalx(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfatal(0, fmt, ap);
	va_end(ap);
	exit(code);
}
