/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Counts for the service manager, which the parent passes on.
 */
#ifndef STATUS_H
#define STATUS_H

/* From now on STATUS is sent when it has changed: at the end of a load, and
 * else at most once a second. */
void status_init(void);

#endif
