/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define __need_NULL
#define __need_size_t
#include <stddef.h>

int snprintf(char *, size_t, const char *, ...)
    __attribute__((format(printf, 3, 4)));
