/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Capsicum.  In capability mode engine and control can name no path, process or
 * address.
 *
 * A nursery does not enter capability mode: it waits for its child and signals
 * it by number, and its children open sockets before they enter.  Neither do
 * the parent, which removes files by name, and the reader, which opens them.
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

void
sandbox_enter(enum sandbox which)
{
	if (which != SANDBOX_ENGINE && which != SANDBOX_CONTROL)
		return;
	trap_violations();
	if (cap_enter() == -1) {
		if (errno != ENOSYS)
			fatal(EX_OSERR, "cap_enter");
		log_notice("a kernel without Capsicum: system calls are not "
			   "limited");
		return;
	}
	limit_stdio();
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
