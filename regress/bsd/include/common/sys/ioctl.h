/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

/* A number that says how many bytes go both ways. */
#define REQUEST(group, n, type) \
	(3UL << 30 | sizeof(type) << 16 | (unsigned long)(group) << 8 | (n))

int ioctl(int, unsigned long, ...);
