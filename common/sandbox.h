/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What a process may ask the kernel for.  One file per system.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stddef.h>

enum sandbox {
	SANDBOX_NURSERY, /* and all that its children need */
	SANDBOX_ENGINE,
	SANDBOX_CONTROL,
	SANDBOX_PARENT
};

/*
 * From now on only this, for good; anything else ends the process, which on
 * Linux says what it was.  Tighter ones may follow.  Exits when the kernel
 * could do it and does not.
 */
void sandbox_enter(enum sandbox);

/* The same in two steps for the parent: the start-up program writes the filter
 * to a descriptor, and the parent program obeys it.  len 0: there is none. */
void sandbox_write(int fd);
void sandbox_install(void *filter, size_t len);

#endif
