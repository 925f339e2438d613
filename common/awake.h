/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Waits for the answer of another process without sleeping.
 */
#ifndef AWAKE_H
#define AWAKE_H

/* Polls fd for a moment: faster than to sleep and be woken.  1: there is
 * something to read; 0: nothing came in that time. */
int awake(int fd);

#endif
