/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * For systems that do not tell who has the multicast routing socket.
 */
#include <string.h>

#include "holder.h"

const char *
holder(int v6, char *buf, size_t size)
{
	(void)v6;
	strlcpy(buf, "another daemon", size);
	return buf;
}
