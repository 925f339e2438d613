/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define __need_NULL
#define __need_size_t
#include <stddef.h>

void *calloc(size_t, size_t);
void free(void *);
void *reallocarray(void *, size_t, size_t);
char *realpath(const char *, char *);
