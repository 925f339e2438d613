/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Logs memberships that the kernel refuses: one line for each cause.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "engine/sys/membership.h"

/*
 * Sets the error of a membership (*have, 0 at first); 0: it has none.  A new
 * error is logged.  Refusals with the same error that follow one another make
 * one line.  A limit of the process or the system is logged again only after
 * all memberships that it refused are joined or no longer wanted.
 */
void refusal_set(int *have, int error, const struct membership *);
/* Logs the refusals that were collected: no more with the same error follow. */
void refusal_log(void);
/* The errno of the last refusal; 0: there was none. */
int refusal_last(void);

#endif
