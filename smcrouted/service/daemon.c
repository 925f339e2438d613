/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * How a daemon appears to the system: signals, readiness, pid file, end.
 */
#include <sys/wait.h>
#include <errno.h>
#include <event.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/await.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/wire.h"
#include "daemon.h"
#include "handover.h"
#include "notify.h"
#include "state.h"

static int is_ready, pid_written, is_owner;
static void (*signalled)(int);

static void
on_signal(int sig, short what, void *arg)
{
	(void)what;
	(void)arg;
	signalled(sig == -1 ? 0 : sig); /* -1: the timer of daemon_signals() */
}

/* Blocks or unblocks the signals that the parent catches. */
static void
hold_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(how, &set, NULL);
}

void
daemon_signals(void (*f)(int), unsigned int seconds)
{
	static const int caught[] = { SIGHUP, SIGINT, SIGTERM };
	static struct event ev[3], timer;
	struct timeval tv = { .tv_sec = seconds };
	size_t i;

	signalled = f;
	for (i = 0; i < 3; i++) {
		signal_set(&ev[i], caught[i], on_signal, NULL);
		await(&ev[i], NULL);
	}
	evtimer_set(&timer, on_signal, NULL);
	if (seconds != 0)
		await(&timer, &tv);
	/* the start-up program has blocked them */
	hold_signals(SIG_UNBLOCK);
}

void
daemon_reloading(void)
{
	if (is_ready)
		notify("RELOADING=1\nMONOTONIC_USEC=%llu",
		    (unsigned long long)clock_us());
}

/* Asks the attendant, which runs as root and names the pid file, for its next
 * step.  Somebody may have stopped it, so the read gives up after a while. */
static int
ask_attendant(void)
{
	char c = 0;

	if (write(state.fd[STATE_ATTENDANT], &c, 1) != 1)
		return -1;
	if (read(state.fd[STATE_ATTENDANT], &c, 1) == 1)
		return 0;
	if (errno != EAGAIN)
		return -1;
	log_warnx("nobody writes %s", settings.pid);
	state.attendant = -1;
	return 0;
}

/* Lets go of the terminal. */
static void
detach(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(state.fd[STATE_NULL], fd);
}

static int
become_ready(void)
{
	is_ready = 1;
	if (ask_attendant() == -1)
		return -1;
	handover_done();
	if (state.attendant != -1 && ask_attendant() == -1)
		return -1;
	close(state.fd[STATE_ATTENDANT]);
	if (settings.foreground && state.attendant != -1)
		(void)waitpid(state.attendant, NULL, 0);
	pid_written = state.attendant != -1;
	if (!settings.foreground)
		detach();
	notify("READY=1\nMAINPID=%ld", (long)getpid());
	return 0;
}

int
daemon_ready(void)
{
	int rc;

	if (is_ready) {
		/* a new time stamp, which needs no right to open the file;
		 * FreeBSD's tmpfs gives none for the same size */
		(void)!ftruncate(state.fd[STATE_PID_FILE], state.pid_size + 1);
		(void)!ftruncate(state.fd[STATE_PID_FILE], state.pid_size);
		notify("READY=1");
		return 0;
	}
	/* a signal must not end the reads that wait for an answer */
	hold_signals(SIG_BLOCK);
	rc = become_ready();
	hold_signals(SIG_UNBLOCK);
	return rc;
}

int
daemon_status(struct imsg *imsg)
{
	struct wire_status s;

	if (imsg_get_data(imsg, &s, sizeof(s)) == -1)
		return -1;
	notify("STATUS=%u interfaces, %u routes, %u flows, %u groups, "
	       "%u errors",
	    s.interfaces, s.routes, s.flows, s.groups, s.errors);
	return 0;
}

void
daemon_end(void)
{
	if (handover_is_on())
		daemon_disown();
	if (is_ready)
		notify("STOPPING=1");
	if (is_owner) {
		(void)state_unlink(STATE_SOCK_DIR, settings.sock);
		handover_end();
	}
	/* a pid file that cannot be removed is emptied */
	if (pid_written && state_unlink(STATE_PID_DIR, settings.pid) == -1)
		(void)!ftruncate(state.fd[STATE_PID_FILE], 0);
	is_owner = is_ready = pid_written = 0;
}

void
daemon_disown(void)
{
	is_owner = 0;
	pid_written = 0;
}

void
daemon_begin(void)
{
	is_owner = 1;
	atexit(daemon_end);
}
