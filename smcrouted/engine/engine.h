/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The engine: what its files share, and when the work is done.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "common/peer.h"
#include "engine/want/config.h"

extern struct config *config; /* what is in force */
extern struct peer parent;
extern struct peer control;

/* The configuration, an interface or a slot has changed: everything anew. */
void engine_update(void);
/* Sends what there is to send, and tells those who wait for it. */
void engine_work(void);
/* 1 when the first configuration is in the kernel. */
int engine_is_ready(void);
/* Asks the parent for the files; the answer comes back with this id. */
void engine_reload(uint32_t id);
/* Memberships as the configuration wants them. */
void engine_groups(void);

#endif
