/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>

#define SIGKILL 9
#define SIGCHLD 20
#define SIG_IGN ((void (*)(int))1)

void (*signal(int, void (*)(int)))(int);

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};
