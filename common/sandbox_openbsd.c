/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What each process pledges.
 *
 * The parent pledges nothing: no promise allows the socket options of multicast
 * routing.  unveil(2) confines it.  No promise allows to open a routing socket
 * either: the engine's nursery does so before it pledges.
 */
#include <stddef.h>
#include <sysexits.h>
#include <unistd.h>

#include "log.h"
#include "sandbox.h"

static const char *const promises[] = {
	/* fork, kill, setrlimit, and what its children keep */
	[SANDBOX_NURSERY] = "stdio proc recvfd sendfd inet mcast route unix",
	/* configuration files, HOLD, joins, interface events */
	[SANDBOX_ENGINE] = "stdio recvfd sendfd inet mcast route",
	/* its sockets, clients */
	[SANDBOX_CONTROL] = "stdio recvfd unix",
	/* what unveil(2) has left it */
	[SANDBOX_READERS] = "stdio proc recvfd sendfd rpath",
	[SANDBOX_READER] = "stdio sendfd rpath",
	[SANDBOX_PARENT] = NULL,
};

void
sandbox_enter(enum sandbox which)
{
	if (promises[which] != NULL && pledge(promises[which], NULL) == -1)
		fatal(EX_OSERR, "pledge");
}

/* The parent has no filter on this system. */
void
sandbox_write(int fd)
{
	(void)fd;
}

void
sandbox_install(void *filter, size_t len)
{
	(void)filter;
	(void)len;
}
