/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>

typedef enum { P_PID } idtype_t;
typedef int64_t id_t;
