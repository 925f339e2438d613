/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * hook.c as in a parent whose hook process was never started.
 */
#ifndef HOOK_IN_H
#define HOOK_IN_H

/* -e was given, or not. */
void hook_pretend(int);

#endif
