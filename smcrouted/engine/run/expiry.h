/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Deletes learned flows that have had no packet for a while.
 */
#ifndef EXPIRY_H
#define EXPIRY_H

#include <stdint.h>

/* expire: seconds without a packet, 0: never.  changed is called after flows
 * were deleted. */
void expiry_init(uint32_t expire, void (*changed)(void));

#endif
