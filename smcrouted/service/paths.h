/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Which files the parent can still reach when it has given up its rights.  One
 * file per system.
 */
#ifndef PATHS_H
#define PATHS_H

/* A file of the configuration: what is in its directory, and below, may be
 * read.  Of no effect after paths_rules(). */
void paths_read(const char *file);

/* A descriptor for paths_enter(), of this process or one that is executed: only
 * those may be read, and files where the pid file and the socket are may be
 * removed.  -1: the system has no such thing. */
int paths_rules(const char *pid, const char *sock);
/* From now on; closes the descriptor.  Needs no_new_privs. */
void paths_enter(int rules);

#endif
