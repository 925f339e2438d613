/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sockets that hold group memberships, kept for an engine that may die: the
 * kernel leaves a group when its last socket is closed.
 */
#ifndef HOLD_H
#define HOLD_H

#include <stdint.h>
#include "common/imsg.h"

/* What their names begin with in a service manager's store. */
#define HOLD_NAME "hold-"

/* How many each engine may have held; the same at every call. */
uint32_t hold_max(void);

/* The engine's HOLD and UNHOLD; -1: a violation. */
int hold_message(struct imsg *);

/* Another engine was started, and has not joined anything yet. */
void hold_next(void);
/* It has: those of earlier engines are closed. */
void hold_settled(void);

/* One that the daemon before this has left. */
void hold_inherit(int fd, const char *name);
/* Calls f for each that is held. */
void hold_each(void (*f)(int fd));

#endif
