/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sends what somebody should act on, after the rows of each show and after each
 * addition of a route.
 */
#ifndef NOTES_H
#define NOTES_H

#include <stdint.h>
#include "engine/lang/conf.h"

void notes_send(uint32_t client);
/* Of a route that was added, but is probably not what is meant. */
void notes_route(uint32_t client, const struct directive *, uint32_t line);

#endif
