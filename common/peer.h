/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The process at the other end of a socket: imsg under libevent.
 */
#ifndef PEER_H
#define PEER_H

#include <event.h>
#include "imsg.h"

/* What gone() is told of a peer that hung up. */
#define PEER_EOF "end of file"

struct peer {
	struct imsgbuf ibuf;
	struct event ev;
	short events;	  /* what ev waits for */
	int paused;	  /* not reading */
	int resumed;	  /* in its event: there may be messages */
	int busy;	  /* in its event */
	int failed;	  /* a message could not be sent */
	const char *name; /* for the log */
	void *arg;	  /* the owner's */
	/* One message; -1: a violation, the peer is closed and gone() called.
	 */
	int (*dispatch)(struct peer *, struct imsg *);
	/* All messages that had come are dispatched, or all was written. */
	void (*idle)(struct peer *);
	/* All was written. */
	void (*written)(struct peer *);
	/* It hung up, failed, or broke the rules (why says so); closed already.
	 * The owner may free the peer here. */
	void (*gone)(struct peer *, const char *why);
};

/* Takes fd over and starts reading.  The callbacks must be set before. */
void peer_open(struct peer *, int fd);
/* The same, but when memory is short it returns -1 and leaves fd alone, where
 * peer_open() ends the process. */
int peer_try(struct peer *, int fd);
/* Stops, closes fd; safe to call again and on a zeroed struct. */
void peer_close(struct peer *);
int peer_is_open(const struct peer *);
/* Queues a message and wakes the writer; fd as imsg_compose().  When memory is
 * short the link ends: gone() is called later. */
void peer_send(struct peer *, uint32_t type, uint32_t id, int fd, const void *,
    size_t);
/* Writes what is queued, stays awake for an answer for a moment, and dispatches
 * what has come.  Not from the peer's own callbacks. */
void peer_wait(struct peer *);
/* Bytes queued. */
size_t peer_queue(struct peer *);
/* Stop and go on with reading. */
void peer_pause(struct peer *, int pause);

#endif
