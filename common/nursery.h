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
 * child's link to the parent.  With "-F" as argv[1] it may run without root.
 */
int nursery(const char *role, int argc, char **argv);

#endif
