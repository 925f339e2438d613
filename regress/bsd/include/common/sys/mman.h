/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>

int shm_open(const char *, int, mode_t);
int shm_unlink(const char *);
