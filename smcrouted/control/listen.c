/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The control socket: accepts clients and asks the kernel for their user.
 */
#include <sys/socket.h>
#include <errno.h>
#include <event.h>
#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/await.h"
#include "common/log.h"
#include "control.h"

static struct event listener;
static struct event pause_over;

static void
resume(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	await(&listener, NULL);
}

/* No descriptor is left: accept4(2) would fail again, so wait a second. */
static void
pause_listener(void)
{
	static const struct timeval second = { 1, 0 };

	log_warn("control socket");
	event_del(&listener);
	await(&pause_over, &second);
}

/* Accepts one client.  Requests are served before the next client is
 * accepted. */
static void
accept_client(int lfd, short what, void *arg)
{
	uid_t uid;
	gid_t gid;
	int fd;

	(void)what;
	(void)arg;
	/* cppcheck-suppress nullPointer ; accept4(2) need not say who it is */
	fd = accept4(lfd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd == -1) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			pause_listener();
		else if (errno != EAGAIN && errno != EINTR &&
		    errno != ECONNABORTED)
			log_warn("control socket");
		return;
	}
	if (getpeereid(fd, &uid, &gid) == -1) {
		log_warn("credentials of a client");
		close(fd);
		return;
	}
	if (clients_room(uid) == -1) {
		log_info("too many clients, one of uid %u is refused", uid);
		close(fd);
		return;
	}
	client_open(fd, uid);
}

void
listen_open(int fd)
{
	int flags;

	if ((flags = fcntl(fd, F_GETFL)) == -1 ||
	    fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		fatal(EX_OSERR, "fcntl");
	event_set(&listener, fd, EV_READ | EV_PERSIST, accept_client, NULL);
	evtimer_set(&pause_over, resume, NULL);
	await(&listener, NULL);
}
