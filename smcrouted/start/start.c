/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * smcrouted: the start-up program.
 */
#include <sys/un.h>
#include <sys/socket.h>
#include <fcntl.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/confine.h"
#include "common/log.h"
#include "common/wire.h"
#include "service/handover_link.h"
#include "service/paths.h"
#include "service/rawsock.h"
#include "service/state.h"
#include "start.h"

static void
open_kernel(void)
{
	int v6, fd;

	for (v6 = 0; v6 <= 1; v6++) {
		fd = takeover_get(HANDOVER_MROUTE4 + v6);
		if (fd == -1)
			fd = mroute_open(v6, settings.table);
		state.fd[HANDOVER_MROUTE4 + v6] = fd;
		if (fd != -1)
			state.fd[STATE_MRDISC4 + v6] = rawsock_open(v6);
	}
	if (state.fd[HANDOVER_MROUTE4] == -1 &&
	    state.fd[HANDOVER_MROUTE6] == -1)
		fatalx(EX_PROTOCOL, "kernel without multicast routing");
}

static void
open_sockets(void)
{
	static char path[sizeof(((struct sockaddr_un *)0)->sun_path)];

	state.fd[HANDOVER_CONTROL] = listen_at(settings.sock, settings.uid,
	    settings.gid, takeover_get(HANDOVER_CONTROL));
	if (handover_path(path, sizeof(path)))
		state.fd[HANDOVER_SOCKET] =
		    listen_at(path, 0, 0, takeover_get(HANDOVER_SOCKET));
}

/* The reader opens files as the user that the parent is to be. */
static void
start_reader(void)
{
	char uid[16], gid[16];
	const char *argv[] = { "reader", settings.conf, uid, gid,
		settings.check ? "-F" : NULL, NULL };

	snprintf(uid, sizeof(uid), "%u", settings.uid);
	snprintf(gid, sizeof(gid), "%u", settings.gid);
	state.reader_nursery = spawn(argv, &state.fd[STATE_READER_NURSERY]);
}

static void
start_engine(void)
{
	const char *argv[] = { "engine", settings.check ? "-F" : settings.sock,
		NULL };

	state.engine_nursery = spawn(argv, &state.fd[STATE_ENGINE_NURSERY]);
}

static void
start_control(void)
{
	const char *argv[] = { "control", settings.sock, NULL };

	state.control_nursery = spawn(argv, &state.fd[STATE_CONTROL_NURSERY]);
}

static int
open_folder(const char *file)
{
	const char *slash = strrchr(file, '/');
	char dir[PATH_MAX];
	int fd;

	snprintf(dir, sizeof(dir), "%.*s/",
	    slash != NULL ? (int)(slash - file) : 1, slash ? file : ".");
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		fatal(EX_OSERR, "%s", dir);
	return fd;
}

/* Files that the parent still reaches, to remove them at its end. */
static void
choose_paths(void)
{
	state.fd[STATE_PID_DIR] = open_folder(settings.pid);
	state.fd[STATE_SOCK_DIR] = open_folder(settings.sock);
	paths_remove(settings.pid);
	paths_remove(settings.sock);
	state.fd[STATE_RULES] = paths_rules();
}

/* Opens all that needs root, in an order that takes nothing from a daemon which
 * runs already. */
static void
open_all(void)
{
	background_start();
	hook_start();
	manager_open();
	takeover_open();
	open_kernel();
	open_sockets();
	start_control();
	start_engine();
	start_reader();
	if ((state.fd[STATE_NULL] = open("/dev/null", O_RDWR | O_CLOEXEC)) ==
	    -1)
		fatal(EX_OSERR, "/dev/null");
	choose_paths();
	background_pid();
}

int
main(int argc, char **argv)
{
	int i;

	for (i = 0; i < STATE_FDS; i++)
		state.fd[i] = -1;
	settings_parse(argc, argv);
	if (settings.check) {
		start_engine();
		start_reader();
	} else
		open_all();
	if (!settings.check || confine_lacks(CONFINE_CHILD) == NULL) {
		confine_files(4 * MAXHOLD); /* see hold_max() */
		rights_drop();
	}
	state_exec(argv);
}
