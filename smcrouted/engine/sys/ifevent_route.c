/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Events of interfaces from the routing socket of the BSDs.
 *
 * A message says little, and when the socket's buffer is full it is lost, which
 * only OpenBSD tells.  So a message is taken as a reason to read the list of
 * interfaces.  Only that an interface has gone or come is believed as it is.
 * Another one may have its name and index when the list is read.  And FreeBSD
 * says that an interface goes, deletes its VIF, and says that it comes, when it
 * is renamed: a VIF that was added in the middle of that is gone, too.
 */
#include <sys/param.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/route.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/await.h"
#include "common/log.h"
#include "ifevent.h"
#include "link_list.h"

#define EVENT_RCVBUF 200000
/* So many bytes at once may mean that others were lost: the smallest buffer
 * that a system gives. */
#define BURST 4096

#ifdef RTM_DESYNC
#define IS_DESYNC(type) ((type) == RTM_DESYNC)
#else
#define IS_DESYNC(type) 0
#endif

static int fd = -1;
static const struct ifevent_handler *handler;
static struct event ev, look;
static int is_waited_for;
/* between two looks at the list while something waits */
static const struct timeval interval = { .tv_sec = 30 };

static void
link_told(const struct link *l, void *arg)
{
	(void)arg;
	handler->changed(l);
}

/* lost: events may have been lost; links that are not in the list are gone. */
static void
read_list(int lost)
{
	struct links_reader r = { link_told, NULL, NULL };

	if (lost)
		handler->begin();
	if (links_read(&r) == -1)
		fatal(EX_OSERR, "list of interfaces");
	if (lost)
		handler->end();
}

/* Returns 1 when messages were lost. */
static int
message(const struct rt_msghdr *m, size_t len)
{
	struct if_announcemsghdr a;

	switch (m->rtm_type) {
	case RTM_IFANNOUNCE:
		if (len < sizeof(a))
			return 0;
		memcpy(&a, m, sizeof(a));
		if (a.ifan_what == IFAN_DEPARTURE ||
		    a.ifan_what == IFAN_ARRIVAL)
			handler->gone(a.ifan_index);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		handler->addresses();
		break;
	}
	return IS_DESYNC(m->rtm_type);
}

/* Reads all messages that are waiting. */
static void
on_event(int sock, short what, void *arg)
{
	static union {
		struct rt_msghdr h;
		char b[2048];
	} buf;
	size_t all = 0;
	ssize_t n;
	int lost = 0;

	(void)sock;
	(void)what;
	(void)arg;
	while ((n = read(fd, &buf, sizeof(buf))) != -1 || errno == EINTR) {
		if (n < (ssize_t)offsetof(struct rt_msghdr, rtm_index))
			continue;
		all += n;
		lost |= message(&buf.h, n);
	}
	if (errno != EAGAIN && errno != ENOBUFS)
		fatal(EX_OSERR, "interface events");
	read_list(lost || errno == ENOBUFS || all >= BURST);
	handler->done();
}

static void
on_interval(int sock, short what, void *arg)
{
	(void)sock;
	(void)what;
	(void)arg;
	read_list(1);
	handler->done();
	if (is_waited_for)
		await(&look, &interval);
}

void
ifevent_expect(int waits)
{
	if (waits && !is_waited_for)
		await(&look, &interval);
	if (!waits && is_waited_for)
		event_del(&look);
	is_waited_for = waits;
}

void
ifevent_prepare(void)
{
	int size = EVENT_RCVBUF;

	fd = socket(PF_ROUTE, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		fatal(EX_OSERR, "routing socket");
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

/* What is waiting already was for an engine before this. */
void
ifevent_open(void)
{
	char buf[2048];

	while (read(fd, buf, sizeof(buf)) != -1 || errno == ENOBUFS)
		;
	links_open();
}

void
ifevent_start(const struct ifevent_handler *h)
{
	handler = h;
	read_list(1);
	handler->done();
	evtimer_set(&look, on_interval, NULL);
	event_set(&ev, fd, EV_READ | EV_PERSIST, on_event, NULL);
	await(&ev, NULL);
}
