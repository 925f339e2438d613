/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Giving up rights for good.  Every step is checked; what cannot be given up
 * is fatal.
 */
#ifndef CONFINE_H
#define CONFINE_H

#include <sys/types.h>

/* One file per system: */

/* Run as uid and gid with no other groups, hold no capability and get none by
 * exec.  For the parent: same uid and gid as now when they are not to change.
 * net_admin: but for the right to administer the network, if it is held, which
 * what is executed gets, too. */
void confine_rights(uid_t, gid_t, int net_admin);
/* Where the system has a way: nothing that is executed gets more rights. */
void confine_exec(void);

/* Steps of the start that take rights. */
#define CONFINE_CHILD 1 /* confine_child() */
#define CONFINE_ROUTE 2 /* multicast routing sockets */
#define CONFINE_TABLE 4 /* ... of a table of their own */
#define CONFINE_CHOWN 8 /* another user's control socket */
/* The first right that these steps need and this process lacks, with the step,
 * for a message; NULL: none. */
const char *confine_lacks(unsigned int steps);

/* confine.c: */

/* As many descriptors as may be: the system's limit, or confine_files()'s.  No
 * core. */
void confine_limits(void);

/* For a nursery, as root: the root directory becomes the empty directory dir
 * (made if missing), the rights those of the user; no files, no core.  Where
 * dir cannot be made, one is made beside the file and removed again. */
void confine_child(const char *user, const char *dir, const char *file);

/* The same without root, for -F: what can be given up then. */
void confine_unprivileged(void);

/* In the child that a nursery forked: no more processes. */
void confine_nofork(void);
/* No more descriptors than so many, from now on and in children. */
void confine_files(unsigned int);

#endif
