/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A nursery runs a child's executable.  The parent starts it while the parent
 * is root.  It gives up all rights, then forks one child for each START.
 */
#ifndef NURSERY_H
#define NURSERY_H

#define NURSERY_FD 3 /* the pipe to the parent */

/*
 * Runs the nursery.  Returns only in a child, with the descriptor of the
 * child's link to the parent.  argv[1] is "-F", which may run without root, or
 * a file in a directory that root can write to.  That directory is used if
 * RUNDIR is not writable.
 */
int nursery(const char *role, int argc, char **argv);

#endif
