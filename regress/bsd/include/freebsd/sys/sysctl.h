/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>
#include <stddef.h>

int sysctlbyname(const char *, void *, size_t *, const void *, size_t);
