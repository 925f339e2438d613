/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Linux, FreeBSD, NetBSD: an entry for each source and group.
 */
#include "keys.h"

const int keyed_by_source = 1;
