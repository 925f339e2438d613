/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What engine and control share: their link to the parent.
 */
#ifndef CHILD_H
#define CHILD_H

#include "peer.h"

/*
 * Starts libevent and the link to the parent on fd: log lines go there from
 * now on, its end is the child's end.
 */
void child_init(struct peer *parent, int fd, const char *role,
    int (*dispatch)(struct peer *, struct imsg *));

/* The link has ended, and so does the process: with 0 only when the parent has
 * hung up. */
void child_end(const char *why) __attribute__((noreturn));

#endif
