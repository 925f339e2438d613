/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Tells groups.c which memberships the configuration wants.
 */
#ifndef MEMBERS_H
#define MEMBERS_H

/* Passes all of them to groups.c, which then queues joins and leaves. */
void members_update(void);

#endif
