/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What somebody should act on, behind each show and addition.
 */
#ifndef NOTES_H
#define NOTES_H

#include <stdint.h>
#include "engine/lang/conf.h"

void notes_send(uint32_t client);
/* Of a route that was added, but is probably not what is meant. */
void notes_route(uint32_t client, const struct directive *, uint32_t line);

#endif
