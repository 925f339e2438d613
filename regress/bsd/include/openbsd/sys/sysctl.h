/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>

#define CTL_NET 4

int sysctl(const int *, unsigned int, void *, size_t *, void *, size_t);
