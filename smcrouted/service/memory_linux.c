/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Memory that outlives the process that writes to it.
 */
#include <sys/mman.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/log.h"
#include "memory.h"

int
memory_create(const char *name, size_t size)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd != -1 && ftruncate(fd, size) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) ==
		0)
		return fd;
	log_warn("no memory for the %s that outlives a process", name);
	if (fd != -1)
		close(fd);
	return -1;
}
