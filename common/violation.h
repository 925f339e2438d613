/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What happens when a process tries a forbidden system call, on Linux.
 */
#ifndef VIOLATION_H
#define VIOLATION_H

/* Installs a handler that logs the number of the system call, to the parent or
 * (is_parent) to the system's log and stderr, and exits with 70. */
void violation_catch(int is_parent);

#endif
