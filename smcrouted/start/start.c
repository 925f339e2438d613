/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * smcrouted: the start-up program.
 */
#include <sys/un.h>
#include <sys/socket.h>
#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/confine.h"
#include "common/log.h"
#include "common/peer.h"
#include "common/wire.h"
#include "service/files.h"
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

/* Tells paths_read() of each file of the configuration. */
static void
look_at_files(void)
{
	struct peer nobody;

	memset(&nobody, 0, sizeof(nobody));
	files_begin(settings.conf);
	while (files_next(&nobody) == 1)
		;
	/* a file that was not found now could not be read later, either */
	errno = ENOMEM;
	if (files_starved())
		fatal(EX_OSERR, "configuration");
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
	state.control_nursery =
	    spawn("control", settings.sock, &state.fd[STATE_CONTROL_NURSERY]);
	state.engine_nursery =
	    spawn("engine", settings.sock, &state.fd[STATE_ENGINE_NURSERY]);
	look_at_files();
	state.fd[STATE_RULES] = paths_rules(settings.pid, settings.sock);
	background_pid();
}

int
main(int argc, char **argv)
{
	int i;

	for (i = 0; i < STATE_FDS; i++)
		state.fd[i] = -1;
	settings_parse(argc, argv);
	if (settings.check)
		state.engine_nursery =
		    spawn("engine", "-F", &state.fd[STATE_ENGINE_NURSERY]);
	else
		open_all();
	if (!settings.check || confine_lacks(CONFINE_CHILD) == NULL) {
		confine_files(4 * MAXHOLD); /* see hold_max() */
		confine_rights(settings.uid, settings.gid, 0);
	}
	state_exec(argv);
}
