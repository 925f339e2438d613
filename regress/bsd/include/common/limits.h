/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <limits.h>

#define PATH_MAX 1024
