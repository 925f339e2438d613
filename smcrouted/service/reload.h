/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Has the reader open the files of the configuration, and passes them to the
 * engine, one load at a time.
 */
#ifndef RELOAD_H
#define RELOAD_H

#include <stdint.h>
#include "common/imsg.h"

struct role;

/* The reader's nursery is in the state.  To be called after event_init(). */
void reload_init(struct role *engine, void (*lost)(int code));
/* Begins a load with this id.  If a load is under way another one follows it,
 * with the highest id that was asked for. */
void reload_ask(uint32_t id);
/* There is a new engine, which has no files: a load begins as soon as the
 * reader is free. */
void reload_for_next(void);
/* Begins a load that was asked for during another one, if that is done. */
void reload_go_on(void);
/* Takes a NEXT message.  -1: it breaks the rules. */
int reload_next(struct imsg *);
/* 1 when the engine has all files of a load: READY may come. */
int reload_is_sent(void);
/* The engine is READY: the load is done. */
void reload_ended(void);
/* Ends the reader and its nursery. */
void reload_close(void);

#endif
