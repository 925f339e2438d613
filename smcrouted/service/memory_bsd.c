/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Memory that outlives the process that writes to it, on the BSDs: a POSIX
 * shared memory object, whose name is removed at once.
 */
#include <sys/mman.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "memory.h"

int
memory_create(const char *name, size_t size)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/smcrouted.%ld.%s", (long)getpid(),
	    name);
	fd = shm_open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd == -1 || shm_unlink(path) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1 || ftruncate(fd, size) == -1)
		fatal(EX_OSERR, "no memory for the %s", name);
	return fd;
}
