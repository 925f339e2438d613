/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * For the parent program: the start-up program has made the rules, and no path
 * can be added.
 */
#include "paths.h"

void
paths_read(const char *file)
{
	(void)file;
}
