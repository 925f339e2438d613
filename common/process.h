/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The one child of a nursery.  One file per kind of system.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <sys/types.h>

/* Makes the child.  0 in the child; -1 with errno. */
pid_t process_fork(void);
/* A descriptor that can be read when the child has ended, or -1: SIGCHLD tells.
 */
int process_fd(void);
/* 1 when the child has ended, with the status of waitpid(2).  There is a child.
 */
int process_ended(int *status);
/* Kills the child. */
void process_kill(void);

#endif
