/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Memberships that the kernel refuses: one line of the log for each cause.
 */
#ifndef REFUSAL_H
#define REFUSAL_H

#include "engine/sys/membership.h"

/*
 * The error of a membership (*have, 0 at first) is now another, 0 for none.  A
 * new one goes to the log: those of one error in a row make one line, and a
 * limit that was hit makes no second one before all that it refused are joined
 * or not wanted any more.
 */
void refusal_set(int *have, int error, const struct membership *);
/* There are no more in this row. */
void refusal_log(void);
/* The last error; 0: there was none. */
int refusal_last(void);

#endif
