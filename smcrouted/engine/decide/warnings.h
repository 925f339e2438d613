/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Warnings: what somebody should act on.  Each is logged once, and shown as
 * long as it is true.
 */
#ifndef WARNINGS_H
#define WARNINGS_H

#define WARN_SHOWN  50	/* shown of each kind; the others are counted */
#define WARN_KNOWN  500 /* logged of each kind, as long as they are true */
#define WARN_LOGGED 20	/* log lines per minute for WARN_FLOWS */

enum warning_kind {
	WARN_ROUTES, /* routes that conflict with each other */
	WARN_LOOPS,  /* routes back to the interface where packets come in */
	WARN_INTERFACES, /* the kernel's settings of interfaces */
	WARN_SOURCES,	 /* whose packets the kernel drops */
	WARN_GROUPS,	 /* joins that the kernel has refused */
	WARN_PENDING,	 /* lines that wait; logged once per configuration */
	WARN_FLOWS,	 /* caused by packets; a new one replaces the oldest */
	WARN_KINDS
};

/* Begins to collect the warnings of a kind anew: those that are not added again
 * are no longer shown, and are the first ones that are forgotten. */
void warnings_begin(enum warning_kind);
/* To be called when there is a new configuration.  Warnings that are not true
 * now are logged again if they come up again. */
void warnings_forget(void);
void warnings_add(enum warning_kind, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* The next warning that is shown; *n is 0 at first.  NULL: there are no more.
 * The text is valid until the next call of a function of this file. */
const char *warnings_next(unsigned int *n);

#endif
