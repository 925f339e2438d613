/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Takes over the entries that an earlier engine has left in the kernel.
 */
#ifndef ADOPT_H
#define ADOPT_H

#include <stdint.h>

/* Takes them from that engine's table.  If there are not too many, asks the
 * kernel for its list, too.  left: number of entries in the table.  v4, v6: the
 * kernel has the family.  The slots must have been adopted. */
void adopt(uint32_t left, int v4, int v6);

#endif
