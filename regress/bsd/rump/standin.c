/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the daemon's files call of the rest of the daemon: libevent's loop, the
 * log, the link between engine and parent, and tables of the engine.
 */
#include <sys/types.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "engine/have/slots.h"
#include "engine/lib/hash.h"
#include "engine/out/verbs.h"
#include "engine/sys/kernel_state.h"
#include "parent/kernel.h"
#include "service/holder.h"
#include "standin.h"
#include "tests.h"

struct ifaces ifaces = TAILQ_HEAD_INITIALIZER(ifaces);
unsigned int standin_held;
static struct pollfd waited = { .fd = -1, .events = POLLIN };
static void (*callback)(int, short, void *), (*timer)(int, short, void *);
static int is_timer_set;

void
event_set(struct event *ev, int fd, short what, void (*f)(int, short, void *),
    void *arg)
{
	(void)ev;
	(void)what;
	(void)arg;
	if (fd == -1) {
		timer = f;
		return;
	}
	waited.fd = fd;
	callback = f;
}

int
event_add(struct event *ev, const struct timeval *after)
{
	(void)ev;
	is_timer_set = is_timer_set || after != NULL;
	return 0;
}

int
event_del(struct event *ev)
{
	(void)ev;
	is_timer_set = 0;
	return 0;
}

int
standin_timer(void)
{
	if (!is_timer_set)
		return 0;
	is_timer_set = 0;
	timer(-1, 0, NULL);
	return 1;
}

int
standin_turn(int ms)
{
	if (poll(&waited, 1, ms) != 1)
		return 0;
	callback(waited.fd, EV_READ, NULL);
	return 1;
}

/* Does the verbs of a message.  The engine gets the answer at once. */
static int
do_verbs(uint32_t type, uint32_t id, const void *data, size_t len)
{
	size_t i, size = gate_size(type);
	struct wire_result r;
	struct imsg imsg = { .hdr = { .type = IMSG_RESULT, .peerid = id },
		.data = (void *)&r,
		.len = sizeof(r),
		.fd = -1 };

	if (size == 0)
		return -1;
	r.count = len / size;
	for (i = 0; i < r.count; i++)
		if (verb(type, (const char *)data + i * size) != 0)
			return -1;
	return verbs_result(&imsg);
}

/* The question goes to the parent's file, and the answer to the engine's. */
void
peer_send(struct peer *p, uint32_t type, uint32_t id, int fd, const void *data,
    size_t len)
{
	struct imsg imsg = { .hdr = { .type = type, .peerid = id },
		.data = data,
		.len = len,
		.fd = fd };

	if (type == IMSG_HOLD) {
		standin_held++;
		close(fd);
	} else if (type == IMSG_UNHOLD)
		standin_held--;
	else if ((type != IMSG_COUNT || kernel_other(p, &imsg) == -1) &&
	    (type != IMSG_COUNTS || kernel_state_counts(&imsg) == -1) &&
	    do_verbs(type, id, data, len) == -1)
		fatalx(1, "message %u", type);
}

void
slot_ttls(uint32_t mask, uint8_t ttls[MAXVIF])
{
	int s;

	for (s = 0; s < MAXVIF; s++)
		ttls[s] = (mask & 1U << s) != 0;
}

uint64_t
hash_bytes(const void *p, size_t len)
{
	(void)p;
	(void)len;
	return 0;
}

const char *
holder(int v6, char *buf, size_t size)
{
	(void)v6;
	snprintf(buf, size, "another daemon");
	return buf;
}

static void
say(const char *format, va_list ap)
{
	printf("# ");
	vprintf(format, ap);
	printf(" (error %d)\n", errno);
}

void
log_notice(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(format, ap);
	va_end(ap);
}

void
log_warn(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(format, ap);
	va_end(ap);
}

void
fatal(int code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(format, ap);
	exit(code);
}

void
fatalx(int code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(format, ap);
	exit(code);
}
