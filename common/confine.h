/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Gives up rights for good.  Every step is checked; the process ends when it
 * cannot give something up.
 */
#ifndef CONFINE_H
#define CONFINE_H

#include <sys/types.h>

/* One file per system: */

/* Makes the process run as uid and gid without other groups.  It holds no
 * capability and gets none by exec.  uid and gid may be those that it has
 * already.  With net_admin it keeps the right to administer the network, if it
 * has that right, and programs that it executes get it, too. */
void confine_rights(uid_t, gid_t, int net_admin);
/* Programs that the process executes get no more rights than it has.  Does
 * nothing on systems that cannot do so. */
void confine_exec(void);

/* Steps of the start that take rights. */
#define CONFINE_CHILD 1 /* confine_child() */
#define CONFINE_ROUTE 2 /* open multicast routing sockets */
#define CONFINE_TABLE 4 /* ... of another routing table */
#define CONFINE_CHOWN 8 /* give the control socket to another user */
/* Returns a message that names the first right that these steps need and the
 * process lacks, with the step.  NULL: it has all of them. */
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

/* Gives up the rights that a process can give up without root, for -F. */
void confine_unprivileged(void);

/* From now on this process can make no other.  For the child of a nursery. */
void confine_nofork(void);
/* Limits the number of descriptors of this process and its children. */
void confine_files(unsigned int);

#endif
