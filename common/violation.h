/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What happens when a process tries a forbidden system call, on Linux.
 */
#ifndef VIOLATION_H
#define VIOLATION_H

/* It says which one, to the parent or (is_parent) to the system's log and
 * standard error, and ends with 70. */
void violation_catch(int is_parent);

#endif
