/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Where a process cannot be kept to some files it can reach those of its user.
 */
#include "paths.h"

void
paths_read(const char *file)
{
	(void)file;
}

void
paths_remove(const char *file)
{
	(void)file;
}

int
paths_rules(void)
{
	return -1;
}

void
paths_enter(int rules)
{
	(void)rules;
}
