/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Walks along a path from the root directory, where a process may name it.
 */
#include <fcntl.h>

#include "paths.h"

int
paths_begin(const char **path)
{
	(void)path;
	return open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
}
