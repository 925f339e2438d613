/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Learned flows go when no packet of theirs has come for a while.
 */
#ifndef EXPIRY_H
#define EXPIRY_H

#include <stdint.h>

/* expire: seconds, 0: never.  changed: is called when flows have gone. */
void expiry_init(uint32_t expire, void (*changed)(void));

#endif
