/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The clients of the control socket: what each of them may do, and how much
 * memory and time each may cost.
 */
#include <sys/queue.h>
#include <event.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/await.h"
#include "common/ctl.h"
#include "common/log.h"
#include "common/peer.h"
#include "common/wire.h"
#include "control.h"

#define MAX_PER_USER	8
#define MAX_SHOWING	48 /* of users who only show; with root, owner: 64 */
#define REQUEST_TIMEOUT 5  /* seconds to send a request */
#define STALL_TIMEOUT	60 /* seconds to read some of the answer */
#define MAX_QUEUE	(1 << 20) /* bytes; the engine sends less at a time */

/* The engine gets a request in one message, with the rights in front of it. */
#define RIGHTS_SIZE sizeof(uint32_t)

enum waiting { WAIT_NONE, WAIT_REQUEST, WAIT_READER };

struct client {
	TAILQ_ENTRY(client) entry;
	struct peer peer;
	struct event timer;
	enum waiting waiting; /* what the timer waits for */
	size_t queued;	      /* peer_queue() at the last client_wait() */
	uint32_t id;
	uid_t uid;
	int greeted;
	int open;    /* the engine works on its request */
	int more;    /* the engine waits until the client has read all */
	size_t held; /* length of a request that must wait; 0: none */
	unsigned char message[RIGHTS_SIZE + CTL_MAXDATA];
};

static TAILQ_HEAD(, client) clients = TAILQ_HEAD_INITIALIZER(clients);
static uid_t owner;

void
clients_owner(uid_t uid)
{
	owner = uid;
}

static int
may_change(uid_t uid)
{
	return uid == 0 || uid == owner;
}

static void
client_free(struct client *c)
{
	if (c->open)
		engine_send(IMSG_CTL_GONE, c->id, NULL, 0);
	evtimer_del(&c->timer);
	TAILQ_REMOVE(&clients, c, entry);
	free(c);
}

static void
client_drop(struct client *c, const char *why)
{
	log_debug("client %u of uid %u: %s", c->id, c->uid, why);
	peer_close(&c->peer);
	client_free(c);
}

static void
client_gone(struct peer *p, const char *why)
{
	struct client *c = p->arg;

	log_debug("client %u of uid %u: %s", c->id, c->uid, why);
	client_free(c);
}

static void
client_timeout(int fd, short what, void *arg)
{
	struct client *c = arg;

	(void)fd;
	(void)what;
	client_drop(c,
	    c->waiting == WAIT_READER ? "does not read its answer" :
					"sends no request");
}

/* Sets the timer for what the client has to do next.  A timer that runs for the
 * same purpose goes on. */
static void
client_wait(struct client *c)
{
	struct timeval tv = { 0, 0 };
	enum waiting waiting;
	size_t queued;
	int moved;

	queued = peer_queue(&c->peer);
	moved = queued < c->queued;
	c->queued = queued;
	if (queued > 0)
		waiting = WAIT_READER;
	else if (c->open || c->held > 0)
		waiting = WAIT_NONE;
	else
		waiting = WAIT_REQUEST;
	if (waiting == c->waiting && !(waiting == WAIT_READER && moved))
		return;
	c->waiting = waiting;
	if (waiting == WAIT_NONE) {
		evtimer_del(&c->timer);
		return;
	}
	tv.tv_sec = waiting == WAIT_READER ? STALL_TIMEOUT : REQUEST_TIMEOUT;
	await(&c->timer, &tv);
}

/* Asks the engine for more once the client has taken all of the last chunk. */
static void
client_more(struct client *c)
{
	if (!c->more || peer_queue(&c->peer) > 0)
		return;
	c->more = 0;
	engine_send(IMSG_CTL_MORE, c->id, NULL, 0);
}

static void
client_idle(struct peer *p)
{
	struct client *c = p->arg;

	client_more(c);
	client_wait(c);
}

static void
client_end(struct client *c, uint32_t status)
{
	peer_send(&c->peer, CTL_END, 0, -1, &status, sizeof(status));
	c->open = c->more = 0;
}

static void
client_fail(struct client *c, uint32_t line, const char *text)
{
	unsigned char buf[256];
	size_t len = strlen(text);

	if (len > sizeof(buf) - sizeof(line))
		len = sizeof(buf) - sizeof(line);
	memcpy(buf, &line, sizeof(line));
	memcpy(buf + sizeof(line), text, len);
	peer_send(&c->peer, CTL_FAIL, 0, -1, buf, sizeof(line) + len);
}

/* Passes a checked request to the engine, or refuses it.  -1: the request must
 * wait until the last one is answered or an engine is there. */
static int
client_submit(struct client *c, size_t len)
{
	const unsigned char *request = c->message + RIGHTS_SIZE;
	uint32_t rights = may_change(c->uid);

	if (c->open)
		return -1;
	if (!rights && !frame_is_show(request)) {
		client_fail(c, frame_line(request),
		    "not allowed: you may only show");
		client_end(c, CTL_DENIED);
		return 0;
	}
	memcpy(c->message, &rights, RIGHTS_SIZE);
	if (engine_send(IMSG_CTL_REQUEST, c->id, c->message,
		RIGHTS_SIZE + len) == -1)
		return -1;
	c->open = 1;
	return 0;
}

/* Passes on the request that waited; then the client may send another one. */
static void
client_release(struct client *c)
{
	if (c->held == 0 || client_submit(c, c->held) == -1)
		return;
	c->held = 0;
	peer_pause(&c->peer, 0);
}

static int
client_request(struct client *c, struct imsg *imsg)
{
	unsigned char *request = c->message + RIGHTS_SIZE;
	size_t len = imsg_get_len(imsg);

	/* The control process answers refused requests itself.  A client that
	 * does not read these answers is dropped. */
	if (!c->greeted || len > CTL_MAXDATA ||
	    peer_queue(&c->peer) > MAX_QUEUE ||
	    imsg_get_buf(imsg, request, len) == -1)
		return -1;
	if (frame_check(request, len) == -1)
		return -1;
	if (client_submit(c, len) == -1) {
		c->held = len;
		peer_pause(&c->peer, 1);
	}
	return 0;
}

static int
client_hello(struct client *c, struct imsg *imsg)
{
	uint32_t theirs, ours = CTL_VERSION;

	if (c->greeted || imsg_get_data(imsg, &theirs, sizeof(theirs)) == -1)
		return -1;
	c->greeted = 1;
	peer_send(&c->peer, CTL_HELLO, 0, -1, &ours, sizeof(ours));
	if (theirs == ours)
		return 0;
	/* write the answer now: returning -1 closes the connection */
	imsgbuf_write(&c->peer.ibuf);
	return -1;
}

static int
client_dispatch(struct peer *p, struct imsg *imsg)
{
	struct client *c = p->arg;

	switch (imsg_get_type(imsg)) {
	case CTL_HELLO:
		return client_hello(c, imsg);
	case CTL_REQUEST:
		return client_request(c, imsg);
	default:
		return -1;
	}
}

/* Drops the oldest client that has no request: one of this user, or, if all is
 * set, one of any user who may only show.  0, or -1: there is none. */
static int
drop_oldest(uid_t uid, int all)
{
	struct client *c;

	TAILQ_FOREACH(c, &clients, entry) {
		if (c->open || c->held > 0 ||
		    (all ? may_change(c->uid) : c->uid != uid))
			continue;
		/* do not lose an answer that the socket can take */
		(void)imsgbuf_write(&c->peer.ibuf);
		if (peer_queue(&c->peer) > 0)
			continue;
		client_drop(c, "gives way to a newer one");
		return 0;
	}
	return -1;
}

int
clients_room(uid_t uid)
{
	struct client *c;
	int same = 0, showing = 0;

	TAILQ_FOREACH(c, &clients, entry) {
		same += c->uid == uid;
		showing += !may_change(c->uid);
	}
	if (same >= MAX_PER_USER)
		return drop_oldest(uid, 0);
	if (showing >= MAX_SHOWING && !may_change(uid))
		return drop_oldest(uid, 1);
	return 0;
}

void
client_open(int fd, uid_t uid)
{
	static uint32_t last_id;
	struct client *c;

	if ((c = calloc(1, sizeof(*c))) == NULL) {
		log_warn("client");
		close(fd);
		return;
	}
	c->id = ++last_id;
	c->uid = uid;
	c->peer.name = "client";
	c->peer.arg = c;
	c->peer.dispatch = client_dispatch;
	c->peer.idle = client_idle;
	c->peer.gone = client_gone;
	peer_open(&c->peer, fd);
	if (imsgbuf_set_maxsize(&c->peer.ibuf, CTL_MAXDATA) == -1)
		fatal(EX_OSERR, "imsgbuf_set_maxsize");
	evtimer_set(&c->timer, client_timeout, c);
	TAILQ_INSERT_TAIL(&clients, c, entry);
	client_wait(c);
}

static struct client *
client_find(uint32_t id)
{
	struct client *c;

	TAILQ_FOREACH(c, &clients, entry)
		if (c->id == id)
			return c;
	return NULL;
}

static void
client_relay(struct client *c, struct imsg *imsg)
{
	static unsigned char buf[CTL_MAXDATA];
	size_t len = imsg_get_len(imsg);

	if (len > sizeof(buf) || imsg_get_buf(imsg, buf, len) == -1)
		fatalx(EX_SOFTWARE, "answer of %zu bytes", len);
	peer_send(&c->peer, imsg_get_type(imsg), 0, -1, buf, len);
}

void
client_answer(struct imsg *imsg)
{
	struct client *c;

	/* The client may have hung up since the engine sent this. */
	if ((c = client_find(imsg_get_id(imsg))) == NULL || !c->open)
		return;
	switch (imsg_get_type(imsg)) {
	case IMSG_CTL_MORE:
		c->more = 1;
		client_more(c);
		break;
	case CTL_END:
		client_relay(c, imsg);
		c->open = c->more = 0;
		client_release(c);
		break;
	default:
		client_relay(c, imsg);
	}
	if (peer_queue(&c->peer) > MAX_QUEUE)
		client_drop(c, "too much to read");
	else
		client_wait(c);
}

void
clients_engine_up(void)
{
	struct client *c;

	TAILQ_FOREACH(c, &clients, entry) {
		client_release(c);
		client_wait(c);
	}
}

void
clients_engine_down(void)
{
	struct client *c;

	TAILQ_FOREACH(c, &clients, entry) {
		if (!c->open)
			continue;
		client_end(c, CTL_AGAIN);
		client_release(c);
		client_wait(c);
	}
}
