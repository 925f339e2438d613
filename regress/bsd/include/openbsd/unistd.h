/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <unistd.h>

int pledge(const char *, const char *);
int unveil(const char *, const char *);
