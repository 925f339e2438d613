/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the parent may tell a service manager of us.
 */
#ifndef STATUS_H
#define STATUS_H

/* on: somebody wants to know. */
void status_init(int on);
/* Sends STATUS if anything in it has changed, at most once a second. */
void status_send(void);

#endif
