/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Hands the state to the parent program and becomes it.
 */
#include <sys/stat.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "common/sandbox.h"
#include "common/wire.h"
#include "service/state.h"
#include "start.h"

/* A pipe without a reader takes no more. */
#ifdef F_SETPIPE_SZ
#define GROW_PIPE(fd) fcntl(fd, F_SETPIPE_SZ, 1 << 20)
#else
#define GROW_PIPE(fd) 0
#endif

struct state state;
static struct state_held held[MAXHOLD];

void
state_hold(int fd, const char *name)
{
	if (state.nheld == MAXHOLD) {
		close(fd);
		return;
	}
	held[state.nheld].fd = fd;
	strlcpy(held[state.nheld++].name, name, sizeof(held->name));
}

static void
set_string(char *to, const char *from, size_t size)
{
	if (from != NULL && strlcpy(to, from, size) >= size)
		fatalx(EX_USAGE, "%s: longer than %zu bytes", from, size - 1);
}

static void
put(int fd, const void *data, size_t len)
{
	if (write(fd, data, len) != (ssize_t)len)
		fatal(EX_OSERR, "state of the daemon");
}

/* Keeps the descriptor open in the parent program. */
static void
keep(int fd)
{
	if (fd != -1 && fcntl(fd, F_SETFD, 0) == -1)
		fatal(EX_OSERR, "state of the daemon");
}

/* SIGTERM and its like wait until the parent program is ready for them. */
static void
block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

void
state_exec(char **argv)
{
	static const char path[] = LIBEXECDIR "/parent";
	char number[16];
	uint32_t i;
	int fd[2];

	state.settings = settings;
	set_string(state.name, settings.name, sizeof(state.name));
	set_string(state.conf, settings.conf, sizeof(state.conf));
	set_string(state.pid, settings.pid, sizeof(state.pid));
	set_string(state.sock, settings.sock, sizeof(state.sock));
	set_string(state.hook, settings.hook, sizeof(state.hook));
	if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) == -1)
		fatal(EX_OSERR, "pipe");
	if (state.nheld > 0)
		(void)GROW_PIPE(fd[1]);
	put(fd[1], &state, sizeof(state));
	put(fd[1], held, state.nheld * sizeof(*held));
	if (!settings.check)
		sandbox_write(fd[1]);
	close(fd[1]);
	rights_limit();
	for (i = 0; i < STATE_FDS; i++)
		keep(state.fd[i]);
	for (i = 0; i < state.nheld; i++)
		keep(held[i].fd);
	keep(fd[0]);
	snprintf(number, sizeof(number), "%d", fd[0]);
	if (setenv(STATE_ENV, number, 1) == -1)
		fatal(EX_OSERR, "environment");
	block_signals();
	execv(path, argv);
	fatal(EX_OSERR, "%s", path);
}
