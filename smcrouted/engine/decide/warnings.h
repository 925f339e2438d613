/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What is probably not as it was meant: each once in the log, and shown as long
 * as it holds.
 */
#ifndef WARNINGS_H
#define WARNINGS_H

enum warning_kind {
	WARN_ROUTES,	 /* routes that get in each other's way */
	WARN_INTERFACES, /* how the kernel is set up */
	WARN_GROUPS,	 /* joins that were refused */
	WARN_FLOWS	 /* what packets do */
};

/* Warnings of a kind are found anew: those that are not added again are not
 * shown any more. */
void warnings_begin(enum warning_kind);
/* A new configuration: what comes up again is worth a line in the log again. */
void warnings_forget(void);
void warnings_add(enum warning_kind, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* The next of those that hold, from *n (0 at first) on; NULL: no more. */
const char *warnings_next(unsigned int *n);

/* Looks at the interfaces and routes in use, and at the groups. */
void warnings_look(void);
/* At the groups alone. */
void warnings_groups(void);

#endif
