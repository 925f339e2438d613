/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What smcroutectl has changed since the configuration was loaded: kept in
 * memory that the parent holds, so that it outlives the engine.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "engine/want/config.h"

/* Maps it; takes the descriptor over.  Without it the rest does nothing. */
void journal_open(int fd);

/* A route or a group has been added or removed, or changed back: its rule of
 * the configuration, as it is now, is kept.  is_new: there was none before. */
void journal_route(const struct config *, const struct directive *, int is_new);
void journal_group(const struct config *, const struct directive *, int is_new);

/* Brings what an earlier engine has kept into a configuration of the files. */
void journal_replay(struct config *);

/* The configuration is that of the files again. */
void journal_clear(void);

#endif
