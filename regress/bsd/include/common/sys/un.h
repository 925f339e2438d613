/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>

struct sockaddr_un {
	uint8_t sun_len, sun_family;
	char sun_path[104];
};
