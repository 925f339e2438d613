/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What tells the kernel's MFC entries apart.  One file per kind of system.
 */
#ifndef KEYS_H
#define KEYS_H

/* 1: the source and the group.  0: only the group, so that a group has one
 * entry, which forwards the packets of all sources. */
extern const int keyed_by_source;

#endif
