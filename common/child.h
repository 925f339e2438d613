/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The link to the parent.  Engine and control both use this code.
 */
#ifndef CHILD_H
#define CHILD_H

#include "peer.h"

/*
 * Starts libevent and the link to the parent on fd.  From now on log lines go
 * to the parent, and the process ends when the link ends.
 */
void child_init(struct peer *parent, int fd, const char *role,
    int (*dispatch)(struct peer *, struct imsg *));

/* Ends the process because the link has ended; why is that of gone() in peer.h.
 * The exit code is 0 when the parent has hung up. */
void child_end(const char *why) __attribute__((noreturn));

#endif
