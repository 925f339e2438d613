/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The process at the other end of a socket: imsg under libevent.
 */
#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "await.h"
#include "awake.h"
#include "log.h"
#include "peer.h"

static void peer_event(int, short, void *);

/* Sets the event to what the peer waits for now: reading, writing or both. Does
 * nothing when it is set so already. */
static void
peer_rearm(struct peer *p)
{
	short want;

	if (p->busy)
		return;
	want = p->paused ? 0 : EV_READ;
	if (imsgbuf_queuelen(&p->ibuf) > 0)
		want |= EV_WRITE;
	if (want == p->events)
		return;
	event_del(&p->ev);
	p->events = want;
	if (want == 0)
		return;
	event_set(&p->ev, p->ibuf.fd, want | EV_PERSIST, peer_event, p);
	await(&p->ev, NULL);
}

static void
peer_gone(struct peer *p, const char *why)
{
	peer_close(p);
	p->gone(p, why);
}

/* Dispatches received messages.  -1: the peer is closed, here or by its
 * owner. */
static int
peer_take(struct peer *p)
{
	struct imsg imsg;
	int n, rc;

	while (!p->paused && (n = imsgbuf_get(&p->ibuf, &imsg)) != 0) {
		if (n == -1) {
			peer_gone(p, "malformed message");
			return -1;
		}
		rc = p->dispatch(p, &imsg);
		imsg_free(&imsg);
		if (!peer_is_open(p))
			return -1;
		if (rc == -1) {
			peer_gone(p, "bad message");
			return -1;
		}
	}
	return 0;
}

static void
peer_work(struct peer *p, short what)
{
	const char *why;
	uint32_t queued;
	int n;

	if (!p->failed && what & EV_READ && !p->paused) {
		if ((n = imsgbuf_read(&p->ibuf)) != 1) {
			/* ECONNRESET: the peer ended and had not read all */
			peer_gone(p,
			    n == 0 || errno == ECONNRESET ? PEER_EOF :
							    strerror(errno));
			return;
		}
	}
	if (!p->failed && peer_take(p) == -1)
		return;
	if (!p->failed && p->idle != NULL)
		p->idle(p);
	if (!peer_is_open(p))
		return;
	if (p->failed) {
		peer_gone(p, "a message was lost");
		return;
	}
	queued = imsgbuf_queuelen(&p->ibuf);
	if (imsgbuf_write(&p->ibuf) == -1) {
		why = errno == EPIPE || errno == ECONNRESET ? PEER_EOF :
							      strerror(errno);
		/* the peer may have sent a reason before it hung up */
		if (imsgbuf_read(&p->ibuf) != 1 || peer_take(p) == 0)
			peer_gone(p, why);
		return;
	}
	if (queued > 0 && imsgbuf_queuelen(&p->ibuf) == 0) {
		if (p->written != NULL)
			p->written(p);
		if (p->idle != NULL)
			p->idle(p);
	}
	if (!peer_is_open(p))
		return;
	if (p->failed) {
		peer_gone(p, "a message was lost");
		return;
	}
	p->busy = 0;
	peer_rearm(p);
	if (p->resumed)
		event_active(&p->ev, EV_WRITE, 1);
	p->resumed = 0;
}

static void
peer_event(int fd, short what, void *arg)
{
	struct peer *p = arg;

	(void)fd;
	p->busy = 1; /* peer_work() writes at its end */
	peer_work(p, what);
}

int
peer_try(struct peer *p, int fd)
{
	int flags;

	if ((flags = fcntl(fd, F_GETFL)) == -1 ||
	    fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		fatal(71, "fcntl");
	event_set(&p->ev, fd, EV_READ | EV_PERSIST, peer_event, p);
	if (imsgbuf_init(&p->ibuf, fd) == -1)
		return -1;
	if (event_add(&p->ev, NULL) == -1) {
		imsgbuf_clear(&p->ibuf);
		p->ibuf.fd = -1;
		return -1;
	}
	p->events = EV_READ;
	p->paused = 0;
	p->resumed = 0;
	p->busy = 0;
	p->failed = 0;
	return 0;
}

void
peer_open(struct peer *p, int fd)
{
	if (peer_try(p, fd) == -1)
		fatal(71, "%s", p->name);
}

void
peer_close(struct peer *p)
{
	int fd;

	if (!peer_is_open(p))
		return;
	fd = p->ibuf.fd;
	event_del(&p->ev);
	p->events = 0;
	imsgbuf_clear(&p->ibuf);
	p->ibuf.fd = -1;
	close(fd);
}

int
peer_is_open(const struct peer *p)
{
	return p->ibuf.maxsize != 0 && p->ibuf.fd != -1;
}

void
peer_send(struct peer *p, uint32_t type, uint32_t id, int fd, const void *data,
    size_t len)
{
	if (!peer_is_open(p) || p->failed) {
		if (fd != -1)
			close(fd);
		return;
	}
	if (imsgbuf_queuelen(&p->ibuf) == 0)
		p->mean = IMSG_HEADER_SIZE + len;
	/* a peer that misses a message is of no use, so the link ends */
	if (imsg_compose(&p->ibuf, type, id, 0, fd, data, len) == -1) {
		p->failed = 1; /* first: log_err() may use this link */
		log_err("message to %s", p->name);
		if (!p->busy)
			event_active(&p->ev, EV_WRITE, 1);
		return;
	}
	p->mean = (7 * p->mean + IMSG_HEADER_SIZE + len) / 8;
	if (fd != -1) /* do not pile up descriptors; errors show later */
		(void)imsgbuf_write(&p->ibuf);
	/* Write at the end of this turn of the loop, together with its other
	 * messages.  EV_WRITE is waited for only when the socket is full. */
	if (!p->busy && !(p->events & EV_WRITE))
		event_active(&p->ev, EV_WRITE, 1);
}

void
peer_wait(struct peer *p)
{
	if (peer_is_open(p))
		peer_event(p->ibuf.fd, EV_WRITE, p);
	if (peer_is_open(p) && !p->paused && awake(p->ibuf.fd))
		peer_event(p->ibuf.fd, EV_READ, p);
}

/* After a pause, messages already in the buffer are dispatched first. */
void
peer_pause(struct peer *p, int pause)
{
	if (!peer_is_open(p) || p->paused == pause)
		return;
	p->paused = pause;
	p->resumed = p->busy && !pause; /* at the end of peer_event() */
	peer_rearm(p);
	if (!p->busy && !pause)
		event_active(&p->ev, EV_WRITE, 1);
}
