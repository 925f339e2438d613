/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the tests ask of the rest of the daemon.
 */
#ifndef STANDIN_H
#define STANDIN_H

/* Sockets with memberships of which the parent would have a copy. */
extern unsigned int standin_held;

/* One turn of the event loop, of so many ms at most: 1 when something was
 * read. */
int standin_turn(int ms);
/* The time of the timer has come.  0: it is not set. */
int standin_timer(void);

#endif
