/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <errno.h>

#define EOVERFLOW 84
