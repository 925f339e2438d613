/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Gives up rights for good.  Every step is checked; the process ends when it
 * cannot give something up.
 */
#ifndef CONFINE_H
#define CONFINE_H

#include <sys/types.h>

/* One file per system: */

/* Run as uid and gid with no other groups, hold no capability and get none by
 * exec.  The parent may pass the uid and gid that it has.  With net_admin the
 * process keeps the right to administer the network, if it has it, and programs
 * that it executes get it, too. */
void confine_rights(uid_t, gid_t, int net_admin);
/* Programs that are executed get no more rights, where a system can do so. */
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

/* Raises the number of descriptors to the system's limit, or to that of
 * confine_files().  No core dumps. */
void confine_limits(void);

/* Confines a nursery, which runs as root: it enters the empty directory dir,
 * which is made if missing, as its root directory, becomes user, and can write
 * no file and dump no core.  Where dir cannot be made, a directory is made
 * beside the file and removed again. */
void confine_child(const char *user, const char *dir, const char *file);

/* Gives up what a process without root can give up, for -F. */
void confine_unprivileged(void);

/* From now on no process can be made.  For the child of a nursery. */
void confine_nofork(void);
/* Limits the number of descriptors, also of children. */
void confine_files(unsigned int);

#endif
