/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <netinet/ip_mroute.h>

_Static_assert(sizeof(struct timeval) == 16, "sys/time.h comes first");
