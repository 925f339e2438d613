/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What a service manager is told.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <errno.h>
#include <event.h>
#include <stddef.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/await.h"
#include "common/log.h"
#include "notify.h"
#include "role.h"

static int manager = -1;
static int stuck; /* it did not take the last one */
static struct event watchdog;
static struct timeval interval;

/* What is overdue we see to ourselves; if that is of no use, the manager does.
 */
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

/* Twice in the time that the manager gives us, if it means this process. */
static void
watchdog_start(struct role *engine)
{
	const char *usec = getenv("WATCHDOG_USEC"), *errstr;
	const char *pid = getenv("WATCHDOG_PID");
	long long n;

	if (usec == NULL ||
	    (pid != NULL && strtonum(pid, 1, INT32_MAX, &errstr) != getpid()))
		return;
	n = strtonum(usec, 2, INT64_MAX, &errstr) / 2;
	if (n == 0)
		return;
	interval.tv_sec = n / 1000000;
	interval.tv_usec = n % 1000000;
	evtimer_set(&watchdog, bark, engine);
	await(&watchdog, &interval);
}

void
notify_open(struct role *engine)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = 1 };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path != NULL ? strlen(path) : 0;

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
		return;
	}
	watchdog_start(engine);
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

	if (manager == -1)
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
	/* few fit into its queue; one that hangs is waited for once */
	if (n >= 0 && n < (int)sizeof(text) &&
	    sendmsg(manager, &msg, MSG_NOSIGNAL | (stuck ? MSG_DONTWAIT : 0)) !=
		-1) {
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
