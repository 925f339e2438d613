/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * hook.c as in a parent whose hook process was never started.
 */
#include "service/hook.c"

#include "hook_in.h"

void
hook_pretend(int given)
{
	settings.hook = given ? "command" : NULL;
	beyond = 0;
	process.name = "hook";
	process.ibuf.maxsize = given ? MAX_IMSGSIZE : 0; /* open, or not */
}
