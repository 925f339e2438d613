/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Where the log is read on Linux.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include "syslog.h"

int
syslog_connect(int sock)
{
	static const struct sockaddr_un sun = { AF_UNIX, "/dev/log" };

	return connect(sock, (const struct sockaddr *)&sun, sizeof(sun));
}
