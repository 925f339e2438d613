/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The life of a child's executable: started by the parent while that is root,
 * it gives up all rights, then forks one child for each START.
 */
#ifndef NURSERY_H
#define NURSERY_H

#define NURSERY_FD 3 /* the pipe to the parent */

/*
 * Runs the nursery.  Returns only in a child, with the descriptor of the
 * child's link to the parent.  argv[1] is "-F": it may run without root; or
 * else a file in a directory that root can write to, for when RUNDIR is none.
 */
int nursery(const char *role, int argc, char **argv);

#endif
