/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Memory that outlives the process that writes to it.
 */
#include <sys/mman.h>
#include <errno.h>
#include <fcntl.h>
#include <sysexits.h>
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
	if (errno == EFBIG)
		fatalx(EX_OSERR,
		    "no memory for the %s: the file size limit (ulimit -f) is "
		    "less than %zu KiB",
		    name, size / 1024);
	fatal(EX_OSERR, "no memory for the %s", name);
}
