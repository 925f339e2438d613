/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Loads: the files to the engine, one load at a time.
 */
#ifndef RELOAD_H
#define RELOAD_H

#include <stdint.h>
#include "common/imsg.h"

struct role;

/* After event_init(). */
void reload_init(struct role *engine);
/* Hands the files to the engine.  While a load is under way: once more after
 * it, for the highest id. */
void reload_ask(uint32_t id);
/* A new engine, which has no files yet: reload_go_on() begins with them. */
void reload_for_next(void);
/* Begins the load that was asked for meanwhile, if there is none under way. */
void reload_go_on(void);
/* NEXT; -1: a violation. */
int reload_next(struct imsg *);
/* 1: the engine has all files of a load, and READY is due. */
int reload_is_sent(void);
/* It is READY. */
void reload_ended(void);

#endif
