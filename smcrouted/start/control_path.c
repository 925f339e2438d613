/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Control sockets, and their removal when the start fails.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "start.h"

static const char *paths[2]; /* sockets that this daemon has made */
static size_t npaths;
static pid_t owner;

/* 1 when fd is a socket that listens at this path already. */
static int
is_listening(int fd, const char *path)
{
	struct sockaddr_un sun;
	socklen_t len = sizeof(sun);

	memset(&sun, 0, sizeof(sun));
	return fd != -1 &&
	    getsockname(fd, (struct sockaddr *)&sun, &len) == 0 &&
	    strncmp(sun.sun_path, path, sizeof(sun.sun_path)) == 0 &&
	    access(path, F_OK) == 0;
}

/* Removes the sockets however this program ends, but not when a process that it
 * has forked ends. */
static void
at_exit(void)
{
	if (getpid() == owner && !takeover_is_on())
		while (npaths > 0)
			(void)unlink(paths[--npaths]);
}

static void
on_signal(int sig)
{
	(void)sig;
	at_exit();
	_exit(0);
}

/* Notes that the socket at path is this daemon's, to be removed if the start
 * fails. */
static void
own(const char *path)
{
	if (npaths == 0) {
		owner = getpid();
		atexit(at_exit);
		signal(SIGINT, on_signal);
		signal(SIGTERM, on_signal);
	}
	paths[npaths++] = path;
}

int
listen_at(const char *path, uid_t uid, gid_t gid, int fd)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct stat st;
	mode_t mask;

	if (is_listening(fd, path)) {
		if (lchown(path, uid, gid) == -1)
			fatal(EX_OSERR, "%s", path);
		own(path);
		return fd;
	}
	if (fd != -1)
		close(fd);
	if (strlcpy(sun.sun_path, path, sizeof(sun.sun_path)) >=
	    sizeof(sun.sun_path))
		fatalx(EX_USAGE, "%s: longer than %zu bytes", path,
		    sizeof(sun.sun_path) - 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		fatal(EX_OSERR, "control socket");
	/* EAGAIN: a daemon listens there, and its queue is full */
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0 ||
	    errno == EAGAIN)
		fatalx(EX_UNAVAILABLE,
		    "%s: another daemon answers there; give this one names of "
		    "its own with -i NAME, or take over with -x",
		    path);
	if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode))
		fatalx(EX_OSERR, "%s: exists and is not a socket", path);
	unlink(path);
	mask = umask(0117);
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1)
		fatal(EX_OSERR, "%s", path);
	umask(mask);
	own(path);
	if (lchown(path, uid, gid) == -1 || listen(fd, 64) == -1)
		fatal(EX_OSERR, "%s", path);
	return fd;
}
