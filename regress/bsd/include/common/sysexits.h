/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define EX_UNAVAILABLE 69
#define EX_OSERR 71
#define EX_NOPERM 77
