/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Where the log is read on FreeBSD.  In capability mode a process can connect
 * only below a directory that it has opened before.
 */
#include <sys/types.h>
#include <sys/capsicum.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <fcntl.h>
#include <unistd.h>

#include "syslog.h"

/* The directory, which has no other use. */
static int
open_folder(void)
{
	int fd = open("/var/run", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cap_rights_t rights;

	cap_rights_init(&rights, CAP_LOOKUP, CAP_CONNECTAT);
	if (fd != -1 && cap_rights_limit(fd, &rights) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

int
syslog_connect(int sock)
{
	static const struct sockaddr_un sun = { .sun_len = sizeof(sun),
		.sun_family = AF_UNIX,
		.sun_path = "log" };
	static int dir = -1;

	if (dir == -1 && (dir = open_folder()) == -1)
		return -1;
	return connectat(dir, sock, (const struct sockaddr *)&sun, sizeof(sun));
}
