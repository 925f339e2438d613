/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the start-up program has handed to this one.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "common/sandbox.h"
#include "hold.h"
#include "paths.h"
#include "state.h"
#include "syslog.h"

#define MAXFILTER (1 << 15) /* bytes: as much as the kernel takes */

struct state state;
struct settings settings;
static char filter[MAXFILTER];
static size_t size;

/* Reads until the end of the pipe, at most len bytes. */
static size_t
get(int fd, void *data, size_t len)
{
	size_t n = 0;
	ssize_t r;

	while (n < len && (r = read(fd, (char *)data + n, len - n)) > 0)
		n += r;
	return n;
}

static void
start_log(void)
{
	if (settings.log != LOG_TO_STDERR) {
		syslog_open();
		log_setsyslog(syslog_line);
	}
	log_init(settings.log, settings.name, NULL);
	log_setlevel(settings.level);
}

void
state_read(void)
{
	const char *number = getenv(STATE_ENV), *errstr = NULL;
	struct state_held h;
	uint32_t i;
	int fd = -1;

	if (number != NULL)
		fd = strtonum(number, 0, INT_MAX, &errstr);
	if (number == NULL || errstr != NULL ||
	    get(fd, &state, sizeof(state)) != sizeof(state))
		fatalx(EX_USAGE, "to be started by smcrouted");
	settings = state.settings;
	settings.name = state.name;
	settings.conf = state.conf;
	settings.pid = state.pid;
	settings.sock = state.sock;
	settings.hook = state.hook[0] != '\0' ? state.hook : NULL;
	start_log();
	for (i = 0; i < STATE_FDS; i++)
		if (state.fd[i] != -1)
			(void)fcntl(state.fd[i], F_SETFD, FD_CLOEXEC);
	for (i = 0; i < state.nheld && get(fd, &h, sizeof(h)) == sizeof(h); i++)
		hold_inherit(h.fd, h.name);
	size = get(fd, filter, sizeof(filter));
	close(fd);
	unsetenv(STATE_ENV);
}

int
state_unlink(enum state_fd dir, const char *path)
{
	const char *slash = strrchr(path, '/');

	return unlinkat(state.fd[dir], slash ? slash + 1 : path, 0);
}

void
state_confine(void)
{
	paths_enter(state.fd[STATE_RULES]);
	sandbox_install(filter, size);
}
