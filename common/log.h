/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Log lines: to stderr, to syslog, or to a function (which sends them to the
 * parent).  All functions here keep errno.
 */
#ifndef LOG_H
#define LOG_H

#include <stdarg.h>
#include <syslog.h>

#define LOG_LINE_MAX 1024 /* longer lines are cut */

enum log_target { LOG_TO_STDERR, LOG_TO_SYSLOG, LOG_TO_BOTH, LOG_TO_SINK };

/* ident: syslog's tag; who: name of the process in fatal messages, NULL for the
 * main process. */
void log_init(enum log_target, const char *ident, const char *who);
/* Lines of a lower priority than level (LOG_ERR to LOG_DEBUG, -1: none) are
 * dropped. */
void log_setlevel(int level);
int log_getlevel(void);
/* Sets the function that gets lines with LOG_TO_SINK: priority, line without a
 * newline. */
void log_setsink(void (*)(int, const char *));
/* Sets the function that writes a line to syslog: tag, priority, line. */
void log_setsyslog(void (*)(const char *, int, const char *));
/* Logs a finished line.  As in all lines, control characters become "?". */
void log_line(int priority, const char *line);

/* log_err() and log_warn() append ": " and strerror(errno). */
void log_err(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_errx(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *, ...) __attribute__((format(printf, 1, 2)));

/* Logs "fatal in WHO: ..." (the main process: "...") and exits with the code
 * (sysexits.h). */
void fatal(int code, const char *, ...)
    __attribute__((format(printf, 2, 3), noreturn));
void fatalx(int code, const char *, ...)
    __attribute__((format(printf, 2, 3), noreturn));

#endif
