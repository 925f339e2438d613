/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Counts for the service manager, which the parent passes on.
 */
#ifndef STATUS_H
#define STATUS_H

/* on: there is a service manager that wants to know. */
void status_init(int on);
/* Sends STATUS if it has changed, at most once a second. */
void status_send(void);

#endif
