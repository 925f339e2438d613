/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * For programs that link decide.c and have no entries: nothing that they call
 * needs these functions, but not every linker leaves out what is not called.
 */
#include <stdlib.h>

#include "engine/have/entries.h"

struct wire_key
entry_key(const struct entry *e)
{
	(void)e;
	abort();
}
