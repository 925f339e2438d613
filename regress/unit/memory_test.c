/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Memory that outlives a process: a process that holds it can neither shrink
 * it, which would kill a process that has it mapped, nor make it larger.
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "service/memory.h"
#include "check.h"

int
main(void)
{
	struct stat st;
	int fd = memory_create("test", 8192);

	CHECK(fd != -1);
	CHECK(ftruncate(fd, 4096) == -1 && errno == EPERM);
	CHECK(ftruncate(fd, 12288) == -1 && errno == EPERM);
	CHECK(fallocate(fd, 0, 0, 12288) == -1 && errno == EPERM);
	CHECK(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) == -1 && errno == EPERM);
	CHECK(fstat(fd, &st) == 0 && st.st_size == 8192);
	close(fd);
	return check_end();
}
