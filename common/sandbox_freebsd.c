/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Capsicum: engine and control can name no path, process or address any more.
 *
 * A nursery stays outside: in capability mode no process is waited for, or
 * signalled, by its number, and its children open sockets before they enter.
 * So does the parent, which opens files by name.
 *
 * An engine inside can make datagram sockets, though no others, and join groups
 * with them.  It can send nothing to an address, so its raw sockets have to be
 * connected, and read no table of the kernel by sysctl(3).
 */
#include <sys/capsicum.h>
#include <sys/procctl.h>
#include <sys/wait.h>
#include <errno.h>
#include <sysexits.h>
#include <unistd.h>

#include "log.h"
#include "sandbox.h"

/* What is refused ends the process, and does not only fail; but not where
 * users may debug nothing. */
static void
trap_violations(void)
{
	int on = PROC_TRAPCAP_CTL_ENABLE;

	(void)procctl(P_PID, getpid(), PROC_TRAPCAP_CTL, &on);
}

/* All others are sockets whose whole use is the process's work. */
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

/* The parent has none. */
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
