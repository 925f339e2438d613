/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <netinet6/ip6_mroute.h>

#define MRT6_PIM 107
