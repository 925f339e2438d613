/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Memory that outlives the process that writes to it.  One file per system.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

/* A descriptor to map, of zeroes and of this size for good; what is not touched
 * takes no room.  Exits with 71 and a message when it cannot be had. */
int memory_create(const char *name, size_t size);

#endif
