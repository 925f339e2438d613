/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What somebody should act on, behind each show.
 */
#ifndef NOTES_H
#define NOTES_H

#include <stdint.h>

void notes_send(uint32_t client);

#endif
