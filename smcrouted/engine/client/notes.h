/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sends what somebody should act on, after the rows of each show.
 */
#ifndef NOTES_H
#define NOTES_H

#include <stdint.h>

void notes_send(uint32_t client);

#endif
