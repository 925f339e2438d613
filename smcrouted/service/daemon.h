/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * How a daemon appears to the system: paths, detaching, pid file, socket.
 */
#ifndef DAEMON_H
#define DAEMON_H

#include <sys/types.h>
#include "common/imsg.h"

/*
 * An absolute path of name: as it is, or in dir when it has no slash (with the
 * ending), else from the working directory.  dir NULL: always from there.
 * Allocated; exits on error.
 */
char *daemon_path(const char *dir, const char *name, const char *ending);

/*
 * Starts the log.  Exits with 64 when ident is not good as a part of file
 * names. Log lines go to stderr in the foreground, to syslog with the tag ident
 * when syslog is set, to both in the background (until ready).  Exits with 64
 * when there is no such level; NULL: notice.
 */
void daemon_log(int foreground, int syslog, const char *ident,
    const char *level);

/* Calls f for SIGHUP, SIGINT and SIGTERM, and after seconds, if not 0, with 0.
 */
void daemon_signals(void (*f)(int), unsigned int seconds);

/* A listening unix socket at path, of mode 0660: fd, if it is that (-1: none),
 * or a new one.  Exits with 69 when another daemon listens there.  path must
 * stay. */
int daemon_listen(const char *path, uid_t, gid_t, int fd);

/*
 * Exits with 77 when a right is missing, with 67 when a user is.  Sets those of
 * -p, if given, and goes to the background unless -n is: the process that was
 * started, or with -n a child, waits for daemon_ready() and then renames the
 * pid file as root.  Without that, the process that was started exits with the
 * daemon's code.
 */
void daemon_start(void);

/* Writes what will be the pid file, and gives up all rights, for good; with -F
 * what there are. */
void daemon_confine(void);

/* The configuration will be read once more: for the service manager. */
void daemon_reloading(void);

/* Gives the pid file its name at the first call, renews its time stamp later,
 * and tells the service manager.  -1: it cannot be named so. */
int daemon_ready(void);

/* The engine's STATUS, for the service manager; -1: malformed. */
int daemon_status(struct imsg *);

/* Another daemon has the pid file and the sockets now. */
void daemon_disown(void);

/* Removes the pid file and the sockets, if they are ours and no daemon takes
 * over; exit(3) does the same.  A pid file that may not be removed is emptied.
 */
void daemon_end(void);

#endif
