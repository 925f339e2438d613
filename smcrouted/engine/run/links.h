/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Acts when interfaces change.  Also compares the VIFs and memberships that the
 * engine has made with what the kernel still has.
 */
#ifndef LINKS_H
#define LINKS_H

#include <stdint.h>
#include "common/wire.h"

/* Starts to follow the kernel's events.  changed: interfaces have changed, so
 * all rules must be evaluated; work: memberships are to be joined or left. */
void links_start(void (*changed)(void), void (*work)(void));

/* Compares VIFs and memberships with the kernel's.  The parent is asked, and
 * its answer must be passed to links_vifs(). */
void links_verify(void);
/* Takes the parent's answer: the interface index of each slot, VIF_LOST where
 * the kernel has dropped the VIF. */
void links_vifs(uint32_t ifindex[2][MAXVIF]);

#endif
