/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sends what somebody should act on, after the rows of each show and after each
 * addition of a route.
 */
#ifndef NOTES_H
#define NOTES_H

#include <stdint.h>
#include "engine/lang/conf.h"

/* Sends errors and warnings of the configuration, and the engine's warnings. */
void notes_send(uint32_t client);
/* Sends notes about a route that was added, if it may not be what was meant. */
void notes_route(uint32_t client, const struct directive *, uint32_t line);

#endif
