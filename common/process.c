/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A child by its number: Linux, NetBSD, OpenBSD.
 */
#include <sys/types.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "process.h"

static pid_t child;

pid_t
process_fork(void)
{
	return child = fork();
}

int
process_fd(void)
{
	return -1;
}

int
process_ended(int *status)
{
	return waitpid(child, status, WNOHANG) == child;
}

void
process_kill(void)
{
	kill(child, SIGKILL);
}
