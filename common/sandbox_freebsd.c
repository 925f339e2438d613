/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Capsicum.  In capability mode a process can name no path, process or address.
 * All processes of the daemon enter it.  The reader opens files below
 * descriptors of directories, and the parent removes files there.
 *
 * In capability mode the engine can make datagram sockets and join groups with
 * them.  It cannot send to an address, so its raw sockets must be connected,
 * and it cannot read tables of the kernel by sysctl(3).
 */
#include <sys/capsicum.h>
#include <sys/procctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <sysexits.h>
#include <unistd.h>

#include "log.h"
#include "sandbox.h"

/* A forbidden call ends the process instead of failing.  This is not possible
 * where users may not debug processes. */
static void
trap_violations(void)
{
	int on = PROC_TRAPCAP_CTL_ENABLE;

	(void)procctl(P_PID, getpid(), PROC_TRAPCAP_CTL, &on);
}

/* Limits standard input, output and error.  All other descriptors are sockets
 * that the process needs with all rights. */
static void
limit_stdio(void)
{
	cap_rights_t rights;
	int fd;

	cap_rights_init(&rights, CAP_FSTAT, CAP_WRITE);
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (cap_rights_limit(fd, &rights) == -1)
			fatal(EX_OSERR, "cap_rights_limit");
}

static void
enter(void)
{
	if (cap_enter() == 0)
		return;
	if (errno != ENOSYS)
		fatal(EX_OSERR, "cap_enter");
	log_notice("a kernel without Capsicum: system calls are not limited");
}

/* The readers are in capability mode already, since paths_enter(), unless the
 * configuration is only to be checked.  Their violations are not trapped,
 * because it may name files that they cannot reach. */
void
sandbox_enter(enum sandbox which)
{
	unsigned int mode;

	if (cap_getmode(&mode) == 0 && mode == 1 && which != SANDBOX_READERS)
		return; /* as its nursery */
	if (which != SANDBOX_PARENT)
		limit_stdio();
	if (which == SANDBOX_READERS || which == SANDBOX_READER)
		return;
	if (which != SANDBOX_PARENT)
		trap_violations();
	enter();
}

/* There is no filter to hand over. */
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
