/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * NetBSD and OpenBSD, where root has every privilege, and where anybody may use
 * an mroute socket that is open.
 */
#include "start.h"

const char *const default_user = SMCROUTE_USER;
