/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Who has the multicast routing socket already.  One file per system.
 */
#ifndef HOLDER_H
#define HOLDER_H

#include <stddef.h>

/* "NAME (process PID)", also several, of those who may be it; "another daemon"
 * when that cannot be known.  v6: 0 or 1.  Returns buf. */
const char *holder(int v6, char *buf, size_t size);

#endif
