/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The start-up program: does all that takes rights, and then becomes the parent
 * program, which has none.
 */
#ifndef START_H
#define START_H

#include <sys/types.h>
#include <stdint.h>
#include "service/handover.h"

/* background.c */

/*
 * Exits with 77 when a right is missing, with 67 when a user is, with 71 when
 * the kernel would kill the daemon after some processor time.  Sets those of
 * -p, if given, and goes to the background unless -n is: the process that was
 * started, or with -n a child, waits until the daemon is ready and then renames
 * the pid file as root.  Without that, the process that was started exits with
 * the daemon's code.
 */
void background_start(void);
/* Writes what will be the pid file. */
void background_pid(void);

/* hook_process.c: starts the process that runs the command of -e, before
 * anything is opened. */
void hook_start(void);

/* control_path.c: returns a listening unix socket at path, of mode 0660.  That
 * is fd, if fd is bound there (-1: none), or a new one, which is removed if the
 * start fails.  Exits with 69 when another daemon listens there.  path must
 * stay. */
int listen_at(const char *path, uid_t, gid_t, int fd);

/* manager.c: connects to NOTIFY_SOCKET, if there is one. */
void manager_open(void);

/* mroute_linux.c: the mroute socket of a family (v6: 0 or 1), for a table (0:
 * default).  -1: the kernel has no such thing; exits with 69, 71 or 77 and a
 * message when it must not be had. */
int mroute_open(int v6, uint32_t table);

/* spawn.c: starts a nursery, LIBEXECDIR/argv[0], and waits until it has given
 * up its rights.  Returns its process number and sets *fd to its pipe.  Exits
 * when it does not come up. */
pid_t spawn(const char *const argv[], int *fd);

/* takeover.c */

/* Notes the descriptors that a service manager has passed.  How many there are,
 * from 3 on.  Before all other descriptors are closed. */
int takeover_passed(void);
/*
 * Takes what the daemon before this has left: to the service manager, or, with
 * -x, what the one has that runs; that one pauses until we are ready, and goes
 * on if we end before.  Exits with 69 when it does not answer or refuses; that
 * there is none is only told.  What is of another routing table is closed.
 */
void takeover_open(void);
/* A descriptor that the daemon before this has left, or -1.  Each can be taken
 * once. */
int takeover_get(enum handover);
/* 1 while another daemon waits for this one to do the work.  The other daemon's
 * files are not removed then. */
int takeover_is_on(void);

/* One file per kind of system: */

/* The user of the parent if there is no -p; NULL: root. */
extern const char *const default_user;
/* On the BSDs: warns when the kernel does not forward multicast.  -1: it must
 * not be told to. */
int forwarding_check(int v6);

/* Becomes the user of -p, where the kernel lets it use the mroute sockets. */
void rights_drop(void);
/* Leaves the descriptors of the state only the rights that are used. */
void rights_limit(void);

#endif
