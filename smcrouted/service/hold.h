/*
 * Sockets that hold group memberships, kept for an engine that may die: the
 * kernel leaves a group when its last socket is closed.
 */
#ifndef HOLD_H
#define HOLD_H

#include <stdint.h>
#include "../../common/imsg.h"

/* How many each engine may have held; the same at every call. */
uint32_t hold_max(void);

/* The engine's HOLD and UNHOLD; -1: a violation. */
int hold_message(struct imsg *);

/* Another engine was started, and has not joined anything yet. */
void hold_next(void);
/* It has: those of earlier engines are closed. */
void hold_settled(void);

#endif
