/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A child by a process descriptor, on FreeBSD: a process in capability mode can
 * neither wait for a process number nor signal it.
 */
#include <sys/types.h>
#include <sys/event.h>
#include <sys/procdesc.h>
#include <signal.h>
#include <unistd.h>

#include "process.h"

static int child = -1, queue = -1;

/* The child does not inherit the queue, and lives on when the nursery dies. */
pid_t
process_fork(void)
{
	struct kevent ev;
	pid_t pid;

	if (queue == -1 && (queue = kqueue()) == -1)
		return -1;
	if ((pid = pdfork(&child, PD_DAEMON | PD_CLOEXEC)) <= 0)
		return pid;
	EV_SET(&ev, child, EVFILT_PROCDESC, EV_ADD, NOTE_EXIT, 0, NULL);
	if (kevent(queue, &ev, 1, NULL, 0, NULL) == 0)
		return pid;
	process_kill();
	close(child);
	return -1;
}

int
process_fd(void)
{
	return queue;
}

int
process_ended(int *status)
{
	static const struct timespec now;
	struct kevent ev;

	if (kevent(queue, NULL, 0, &ev, 1, &now) != 1)
		return 0;
	*status = ev.data;
	close(child);
	return 1;
}

void
process_kill(void)
{
	(void)pdkill(child, SIGKILL);
}
