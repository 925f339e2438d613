/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A nursery runs a child's executable.  The start-up program starts it as root.
 * It gives up all rights, then forks one child for each START.
 */
#ifndef NURSERY_H
#define NURSERY_H

#include "sandbox.h"

#define NURSERY_FD 3 /* the pipe to the parent */

/* Log lines go to the parent from now on. */
void nursery_begin(const char *role);
/* Enters the sandbox and serves the parent.  Returns only in a child, with the
 * descriptor of the child's link to the parent.  The process has given up its
 * rights before. */
int nursery_run(enum sandbox);
/* Both, for children that are SMCROUTE_USER in an empty root directory.
 * argv[1] is "-F": they may run without root; or else a file in a directory
 * that root can write to, for when RUNDIR is none. */
int nursery(const char *role, int argc, char **argv);

#endif
