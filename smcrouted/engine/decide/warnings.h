/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What somebody should act on: each warning once in the log, and shown as long
 * as it holds.
 */
#ifndef WARNINGS_H
#define WARNINGS_H

#define WARN_SHOWN  50 /* of each kind; of more the number is shown */
#define WARN_LOGGED 20 /* lines in a minute, of those that packets cause */

enum warning_kind {
	WARN_ROUTES,	 /* routes that get in each other's way */
	WARN_INTERFACES, /* how the kernel is set up */
	WARN_GROUPS,	 /* joins that were refused */
	WARN_PENDING, /* lines that wait: in the log once in a configuration */
	WARN_FLOWS,   /* what packets do: the oldest gives way to a new one */
	WARN_KINDS
};

/* Warnings of a kind are found anew: those that are not added again are not
 * shown any more. */
void warnings_begin(enum warning_kind);
/* A new configuration: what comes up again is worth a line in the log again. */
void warnings_forget(void);
void warnings_add(enum warning_kind, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* The next of those that hold, from *n (0 at first) on; NULL: no more.  The
 * text is valid until the next call of a function of this file. */
const char *warnings_next(unsigned int *n);

#endif
