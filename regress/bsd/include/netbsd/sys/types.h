/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <sys/types.h>

typedef uint32_t mode_t;
typedef int suseconds_t;
