/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A network namespace of a unit program's own, gone when it ends.
 */
#ifndef NETNS_H
#define NETNS_H

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* 0, or -1: told why, and the program skips what needs it. */
static inline int
netns_enter(const char *name)
{
	if (geteuid() == 0 && unshare(CLONE_NEWNET) == 0 &&
	    system("ip link set lo up") == 0)
		return 0;
	fprintf(stderr, "%s: skipped: no network namespace\n", name);
	return -1;
}

/* A shell command that must succeed. */
static inline void __attribute__((format(printf, 1, 2)))
run(const char *fmt, ...)
{
	char cmd[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	if (system(cmd) == 0)
		return;
	fprintf(stderr, "failed: %s\n", cmd);
	exit(1);
}

#endif
