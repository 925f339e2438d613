/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * libevent without a loop: events are set, and the harness makes them happen.
 */
#include "fake_event.h"
#include "fuzz.h"

#define MAXEVENTS 512

#define CALLBACK(ev) ((ev)->ev_evcallback.evcb_cb_union.evcb_callback)
#define ARG(ev)	     ((ev)->ev_evcallback.evcb_arg)

/* Events that wait.  If one is freed while it waits, a sanitizer sees it read
 * here. */
static struct event *waiting[MAXEVENTS];
static size_t nwaiting;
/* Events that were made to happen, whether they wait or not. */
static struct event *active[MAXEVENTS];
static size_t nactive;

struct event_base *
event_init(void)
{
	return NULL;
}

void
event_base_free(struct event_base *base)
{
	(void)base;
}

/* The harness is the loop. */
int
event_dispatch(void)
{
	abort();
}

int
event_loop(int flags)
{
	(void)flags;
	abort();
}

UNSEEN void
event_set(struct event *ev, evutil_socket_t fd, short events,
    void (*f)(evutil_socket_t, short, void *), void *arg)
{
	memset(ev, 0, sizeof(*ev));
	ev->ev_fd = fd;
	ev->ev_events = events;
	CALLBACK(ev) = f;
	ARG(ev) = arg;
}

static UNSEEN size_t
find(const struct event *ev)
{
	size_t i;

	for (i = 0; i < nwaiting; i++)
		if (waiting[i] == ev)
			break;
	return i;
}

UNSEEN int
event_add(struct event *ev, const struct timeval *tv)
{
	(void)tv;
	if (find(ev) == nwaiting) {
		MUST(nwaiting < MAXEVENTS);
		waiting[nwaiting++] = ev;
	}
	return 0;
}

static UNSEEN void
deactivate(struct event *ev)
{
	size_t i;

	ev->ev_res = 0;
	for (i = 0; i < nactive; i++)
		if (active[i] == ev)
			active[i] = active[--nactive];
}

UNSEEN int
event_del(struct event *ev)
{
	size_t i = find(ev);

	deactivate(ev);
	if (i < nwaiting)
		waiting[i] = waiting[--nwaiting];
	return 0;
}

UNSEEN int
event_pending(const struct event *ev, short what, struct timeval *tv)
{
	(void)what;
	(void)tv;
	return find(ev) < nwaiting;
}

UNSEEN void
event_active(struct event *ev, int what, short n)
{
	(void)n;
	if (ev->ev_res == 0) {
		MUST(nactive < MAXEVENTS);
		active[nactive++] = ev;
	}
	ev->ev_res |= what;
}

static UNSEEN void
happen(struct event *ev, short what)
{
	if (!(ev->ev_events & EV_PERSIST))
		event_del(ev);
	deactivate(ev);
	CALLBACK(ev)(ev->ev_fd, what, ARG(ev));
}

UNSEEN int
fake_io(int fd, short what)
{
	size_t i;
	short now;

	for (i = 0; i < nwaiting; i++) {
		if (waiting[i]->ev_fd != fd)
			continue;
		now = (waiting[i]->ev_events & what) | waiting[i]->ev_res;
		if (now == 0)
			continue;
		happen(waiting[i], now);
		return 1;
	}
	for (i = 0; i < nactive; i++)
		if (active[i]->ev_fd == fd) {
			happen(active[i], active[i]->ev_res);
			return 1;
		}
	return 0;
}

UNSEEN int
fake_timer(size_t n)
{
	size_t i;

	for (i = 0; i < nwaiting; i++)
		if (waiting[i]->ev_fd == -1 && n-- == 0) {
			happen(waiting[i], EV_TIMEOUT);
			return 1;
		}
	return 0;
}

UNSEEN size_t
fake_waiting(void)
{
	return nwaiting;
}
