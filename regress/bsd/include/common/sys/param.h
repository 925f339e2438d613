/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define __need_NULL
#include <stddef.h>
#include <sys/types.h>

#define MAX(a, b) ((a) < (b) ? (b) : (a))
#define howmany(n, each) (((n) + (each) - 1) / (each))
