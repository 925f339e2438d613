/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define SDL_DATA 24

#include_next <net/if_dl.h>
