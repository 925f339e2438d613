/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The two processes, as the system beneath the kernels knows them.
 */
#include <sys/socket.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lan.h"

static int other;
static const char *folder;

void
process_fail(const char *what)
{
	printf("%s: error %d\n", what, errno);
	exit(2);
}

void
process_write(const void *p, size_t len)
{
	if (send(other, p, len, MSG_NOSIGNAL) != (ssize_t)len)
		exit(2);
}

void
process_read(void *p, size_t len)
{
	if (recv(other, p, len, MSG_WAITALL) != (ssize_t)len)
		exit(2);
}

const char *
process_bus(int lan)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/lan%d", folder, lan);
	return path;
}

/*
 * The kernel calls this function, not librumpuser's.  When NetBSD 7.99.34
 * destroys a shmif interface, it unmaps the bus before the thread that receives
 * from the bus has ended.  If that thread is about to look at the bus, it dies
 * of SIGSEGV.  So a bus stays mapped.
 */
void rumpuser_unmap(void *, size_t);

void
rumpuser_unmap(void *p, size_t len)
{
	(void)p;
	(void)len;
}

/* rump FOLDER: where the buses are made. */
int
main(int argc, char *argv[])
{
	int fds[2];

	if (argc != 2)
		return 2;
	folder = argv[1];
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == -1)
		process_fail("socketpair");
	switch (fork()) {
	case -1:
		process_fail("fork");
	case 0:
		close(fds[0]);
		other = fds[1];
		outside();
		return 0;
	}
	close(fds[1]);
	other = fds[0];
	return router();
}
