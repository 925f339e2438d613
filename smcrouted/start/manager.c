/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The service manager's socket.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "service/state.h"
#include "start.h"

/* The watchdog's interval is half of what the manager asks for, if it asks this
 * process. */
static void
find_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *errstr;
	const char *pid = getenv("WATCHDOG_PID");

	if (usec == NULL ||
	    (pid != NULL && strtonum(pid, 1, INT32_MAX, &errstr) != getpid()))
		return;
	state.watchdog = strtonum(usec, 2, INT64_MAX, &errstr) / 2;
}

void
manager_open(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = 1 };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path != NULL ? strlen(path) : 0;
	int manager;

	if (len == 0)
		return;
	/* '@': a name that is in no file system */
	if (len >= sizeof(sun.sun_path) || strchr("/@", path[0]) == NULL) {
		log_warnx("NOTIFY_SOCKET=%s: not understood", path);
		return;
	}
	memcpy(sun.sun_path, path, len);
	if (path[0] == '@')
		sun.sun_path[0] = '\0';
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (manager == -1 ||
	    setsockopt(manager, SOL_SOCKET, SO_SNDTIMEO, &patience,
		sizeof(patience)) == -1 ||
	    connect(manager, (struct sockaddr *)&sun,
		offsetof(struct sockaddr_un, sun_path) + len) == -1) {
		log_warn("NOTIFY_SOCKET=%s", path);
		if (manager != -1)
			close(manager);
		return;
	}
	state.fd[STATE_MANAGER] = manager;
	find_watchdog();
}
