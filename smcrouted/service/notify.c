/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What a service manager is told.
 */
#include <sys/socket.h>
#include <errno.h>
#include <event.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/await.h"
#include "common/log.h"
#include "notify.h"
#include "role.h"
#include "state.h"

static int stuck; /* the manager did not take the last datagram */
static struct event watchdog;
static struct timeval interval;

/* The parent replaces an engine that does not answer.  If that does not help,
 * the service manager restarts the daemon. */
static void
bark(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	if (role_is_well(arg))
		notify("WATCHDOG=1");
	role_expect(arg);
	await(&watchdog, &interval);
}

void
notify_begin(struct role *engine)
{
	if (state.watchdog == 0)
		return;
	interval.tv_sec = state.watchdog / 1000000;
	interval.tv_usec = state.watchdog % 1000000;
	evtimer_set(&watchdog, bark, engine);
	await(&watchdog, &interval);
}

static void __attribute__((format(printf, 2, 0)))
send_lines(int fd, const char *fmt, va_list ap)
{
	union {
		struct cmsghdr hdr;
		char buf[CMSG_SPACE(sizeof(int))];
	} ctl;
	char text[512];
	struct iovec iov = { .iov_base = text };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	int n;

	if (state.fd[STATE_MANAGER] == -1)
		return;
	n = vsnprintf(text, sizeof(text), fmt, ap);
	iov.iov_len = n;
	if (fd != -1) {
		memset(&ctl, 0, sizeof(ctl));
		ctl.hdr.cmsg_level = SOL_SOCKET;
		ctl.hdr.cmsg_type = SCM_RIGHTS;
		ctl.hdr.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&ctl.hdr), &fd, sizeof(fd));
		msg.msg_control = &ctl;
		msg.msg_controllen = sizeof(ctl.buf);
	}
	/* the manager's queue is short; if the manager hangs, the parent waits
	 * for it once only */
	if (n >= 0 && n < (int)sizeof(text) &&
	    sendmsg(state.fd[STATE_MANAGER], &msg,
		MSG_NOSIGNAL | (stuck ? MSG_DONTWAIT : 0)) != -1) {
		stuck = 0;
		return;
	}
	stuck = errno == EAGAIN;
	log_debug("the service manager was not told: %s", text);
}

void
notify(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	send_lines(-1, fmt, ap);
	va_end(ap);
}

void
notify_fd(int fd, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	send_lines(fd, fmt, ap);
	va_end(ap);
}
