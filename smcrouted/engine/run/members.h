/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Tells groups.c which memberships the configuration wants.
 */
#ifndef MEMBERS_H
#define MEMBERS_H

void members_update(void);

#endif
