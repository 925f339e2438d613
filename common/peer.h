/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The process at the other end of a socket: imsg under libevent.
 */
#ifndef PEER_H
#define PEER_H

#include <event.h>
#include "imsg.h"

/* The why of gone() when the peer hung up. */
#define PEER_EOF "end of file"

struct peer {
	struct imsgbuf ibuf;
	struct event ev;
	short events; /* what ev waits for */
	int paused;   /* not reading */
	int resumed;  /* resumed while busy: messages may wait in ibuf */
	int busy;     /* peer_event() is running */
	int failed;   /* a message could not be queued */
	size_t mean;  /* of the bytes of the last messages; see peer_queue() */
	const char *name; /* for the log */
	void *arg;	  /* for the owner */
	/* Takes one message.  -1: a violation, so the peer is closed and gone()
	 * is called. */
	int (*dispatch)(struct peer *, struct imsg *);
	/* All received messages are dispatched, or all queued ones written. */
	void (*idle)(struct peer *);
	/* All queued messages are written. */
	void (*written)(struct peer *);
	/* The peer hung up, failed, or broke the rules (why says so); it is
	 * closed already.  The owner may free the peer here. */
	void (*gone)(struct peer *, const char *why);
};

/* Takes fd over and starts reading.  The callbacks must be set before. */
void peer_open(struct peer *, int fd);
/* The same, but when memory is short it returns -1 and leaves fd alone, where
 * peer_open() ends the process. */
int peer_try(struct peer *, int fd);
/* Closes fd and drops what is queued.  Safe to call again and on a zeroed
 * struct. */
void peer_close(struct peer *);
int peer_is_open(const struct peer *);
/* Queues a message; fd as in imsg_compose().  It is written at the end of this
 * turn of the loop.  When memory is short the link ends: gone() is called
 * later. */
void peer_send(struct peer *, uint32_t type, uint32_t id, int fd, const void *,
    size_t);
/* Writes what is queued, polls for an answer for a moment, and dispatches what
 * has come.  Not to be called from the peer's own callbacks. */
void peer_wait(struct peer *);
/* Bytes queued and not yet written; where libutil does not tell them, those of
 * as many messages of average length. */
size_t peer_queue(struct peer *);
/* 1: stop reading; 0: go on. */
void peer_pause(struct peer *, int pause);

#endif
