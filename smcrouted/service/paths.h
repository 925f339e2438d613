/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Which files a process can still reach when it has given up its rights.  One
 * file per system.
 */
#ifndef PATHS_H
#define PATHS_H

#include <fcntl.h>

/* Systems without O_PATH open directories for reading. */
#ifndef O_PATH
#define O_PATH O_RDONLY
#endif

/* What is in the directory of this file, and below, may be read. */
void paths_read(const char *file);
/* Files in the directory of this file may be removed. */
void paths_remove(const char *file);

/* A descriptor for paths_enter(), of this process or one that is executed: no
 * other files may be reached.  -1: the system has no such thing. */
int paths_rules(void);
/* From now on; closes the descriptor.  Needs no_new_privs. */
void paths_enter(int rules);

/* Opens the directory from which an absolute path is to be walked along, and
 * sets *path to the part that is left.  -1 with errno. */
int paths_begin(const char **path);

#endif
