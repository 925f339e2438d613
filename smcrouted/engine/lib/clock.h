/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The time since some moment in the past; it never goes back.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

uint32_t clock_seconds(void);

#endif
