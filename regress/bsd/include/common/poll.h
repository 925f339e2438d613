/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define POLLIN 1

struct pollfd {
	int fd;
	short events, revents;
};

int poll(struct pollfd *, unsigned int, int);
