/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * How a daemon appears to the system: signals, readiness, pid file, end.
 */
#ifndef DAEMON_H
#define DAEMON_H

#include "common/imsg.h"

/* The control sockets are this daemon's: exit(3) removes them. */
void daemon_begin(void);

/* Calls f for SIGHUP, SIGINT and SIGTERM, and after seconds, if not 0, with 0.
 * None of them is blocked any more. */
void daemon_signals(void (*f)(int), unsigned int seconds);

/* The configuration will be read once more: for the service manager. */
void daemon_reloading(void);

/* At the first call, has the pid file named; at later calls, renews its time
 * stamp.  Tells the service manager, too.  -1: the pid file cannot have that
 * name. */
int daemon_ready(void);

/* The engine's STATUS, for the service manager; -1: malformed. */
int daemon_status(struct imsg *);

/* Another daemon has the pid file and the sockets now. */
void daemon_disown(void);

/* Removes the pid file and the sockets, if they are ours and no daemon takes
 * over.  A pid file that may not be removed is emptied. */
void daemon_end(void);

#endif
