/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Takes over what an earlier engine has left in the kernel.
 */
#ifndef ADOPT_H
#define ADOPT_H

#include <stdint.h>

/* left: entries in the table of the earlier engine.  v4, v6: the kernel has the
 * family.  Slots must be known. */
void adopt(uint32_t left, int v4, int v6);

#endif
