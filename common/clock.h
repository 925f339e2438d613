/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Time that only goes forward, whatever is done to the date.  It begins
 * somewhere: only differences mean anything.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Whole seconds. */
uint32_t clock_seconds(void);
/* Microseconds. */
uint64_t clock_us(void);

#endif
