/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Linux, where root without capabilities has no privilege, and FreeBSD, where
 * the parent has to be root.
 */
#include <stddef.h>

#include "start.h"

const char *const default_user = NULL;
