/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What follows when interfaces change, and whether the kernel still has on them
 * what the engine has put there.
 */
#ifndef LINKS_H
#define LINKS_H

#include <stdint.h>
#include "common/wire.h"

/* Starts to follow the kernel.  changed: what rules may depend on has; work:
 * there is work on groups. */
void links_start(void (*changed)(void), void (*work)(void));

/* Compares VIFs and memberships with the kernel's: asks the parent, whose
 * answer goes to links_vifs(). */
void links_verify(void);
/* Which interface has each slot, VIF_LOST where the kernel has dropped it. */
void links_vifs(uint32_t ifindex[2][MAXVIF]);

#endif
