/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What a process may ask of the kernel.  There is one file for each system.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stddef.h>

enum sandbox {
	SANDBOX_NURSERY, /* and what engine and control need at their start */
	SANDBOX_ENGINE,
	SANDBOX_CONTROL,
	SANDBOX_READERS, /* the reader's nursery, and what the reader needs */
	SANDBOX_READER,
	SANDBOX_PARENT
};

/*
 * Restricts the process for good.  A forbidden system call ends the process; on
 * Linux a log line names the call.  A process may call this again for a
 * narrower sandbox.  The process ends when the kernel has such a mechanism and
 * it fails.
 */
void sandbox_enter(enum sandbox);

/* The same in two steps for the parent: the start-up program writes the filter
 * to a descriptor, and the parent program installs it.  len 0: no filter. */
void sandbox_write(int fd);
void sandbox_install(void *filter, size_t len);

#endif
