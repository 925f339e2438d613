/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Which files the parent can still reach when it has given up its rights.  One
 * file per system.
 */
#ifndef PATHS_H
#define PATHS_H

/* A file of the configuration: what is in its directory, and below, may be
 * read.  Of no effect after paths_confine(). */
void paths_read(const char *file);

/* From now on only those, and files where the pid file and the socket are may
 * be removed; needs no_new_privs. */
void paths_confine(const char *pid, const char *sock);

#endif
