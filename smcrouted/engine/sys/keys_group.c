/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * OpenBSD: an entry for each group.  It is that of the source which was seen
 * first.  The kernel removes it half a minute after the last packet.
 */
#include "keys.h"

const int keyed_by_source = 0;
