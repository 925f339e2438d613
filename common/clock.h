/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A clock that only goes forward, also when somebody sets the date.  Its zero
 * is arbitrary: only differences mean anything.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Whole seconds. */
uint32_t clock_seconds(void);
/* Microseconds. */
uint64_t clock_us(void);

#endif
