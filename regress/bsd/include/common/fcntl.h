/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>

#define O_RDONLY 0
#define O_RDWR 2
#define O_NONBLOCK 4
#define O_CREAT 0x200
#define O_EXCL 0x800
#define F_SETFD 2
#define FD_CLOEXEC 1

int fcntl(int, int, ...);
int open(const char *, int, ...);
