/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The VIFs and MIFs of slots.  What others than slots.c use is in slots.h.
 */
#ifndef VIFS_H
#define VIFS_H

#include "iface.h"

/* The threshold that an interface's VIF is to have. */
uint8_t vifs_threshold(const struct iface *);
/* Takes entries off the VIFs of interfaces that may have none now: vif.h. */
void vifs_leave(void);
/* Asks the kernel for the VIF and the MIF of the slot unless it has them, also
 * when it has refused them before. */
void vifs_bind(int slot);

#endif
