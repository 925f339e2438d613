/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The processes that the parent starts: a nursery each, and its child.
 */
#ifndef ROLE_H
#define ROLE_H

#include <event.h>
#include <time.h>
#include "common/peer.h"
#include "common/wire.h"

#define ROLE_SOCKETS 4

/* What one process has logged. */
struct log_rate {
	time_t second;
	unsigned int lines; /* in that second */
};

struct role {
	const char *name;
	/* A child was started on link: send it what it needs. */
	void (*started)(struct role *);
	/* The nursery ended with this exit code and there is no child. */
	void (*lost)(int code);
	/* A message of the child; -1: a violation. */
	int (*dispatch)(struct role *, struct imsg *);
	struct peer link;
	struct peer nursery;
	pid_t pid;	    /* the nursery's */
	int proven;	    /* a child has been of use */
	int once;	    /* is not started anew */
	time_t born;	    /* when the child was started */
	unsigned int lives; /* children so far */
	int code;	    /* exit code of a nursery that ended */
	int ready;	    /* confined, no child running */
	unsigned int delay; /* before the next start, in milliseconds */
	struct event restart;
	void (*stopped)(struct role *); /* while it is paused */
	int loads;			/* it has files, and is not READY yet */
	const uint32_t *upcalls; /* how many are not TAKEN; NULL: no matter */
	int heard; /* from the child, since something was last asked of it */
	int asked; /* whether it is alive, without an answer so far */
	struct event overdue;
	struct log_rate rate;
	struct event work; /* on a descriptor that the child is to serve */
	int watched;
	struct {
		enum wire_socket which;
		int fd;
	} sockets[ROLE_SOCKETS];
	size_t nsockets;
};

/* The nursery is there and has given up its rights: its pipe and its process
 * number.  once: a child that ends is not started anew. */
void role_open(struct role *, int fd, pid_t, void (*started)(struct role *),
    void (*lost)(int), int once);
/* Forks a child.  It is started anew whenever it ends, sooner or later. */
void role_start(struct role *);
/* The same in so many milliseconds. */
void role_start_in(struct role *, uint64_t ms);
/* It has been given something to do: it must be heard of, or is replaced. */
void role_expect(struct role *);
/* The same; what it answers at once is obeyed before this returns. */
void role_ask(struct role *);
/* The same whenever the descriptor, which the child serves, is readable. */
void role_watch(struct role *, int fd);
/* 0: it does not answer, or has ended. */
int role_is_well(const struct role *);
/* Ends the child, if there is one, and logs why ("engine WHY"); the next one is
 * started. */
void role_expel(struct role *, const char *why);
/* Ends the child and starts none; stopped is called when there is none. */
void role_pause(struct role *, void (*stopped)(struct role *));
/* 1 when there is none any more. */
int role_is_paused(const struct role *);
/* Starts a child again. */
void role_resume(struct role *);
/* Hands the descriptor, which is closed here, to the child that is there now.
 * Who misses one (-1) is of no use, and is ended: another one, later. */
void role_give(struct role *, enum wire_socket, int fd);
/* Hands a copy of it to each child; -1: none. */
void role_keep(struct role *, enum wire_socket, int fd);
/* A new pipe between two children, once both are there. */
void role_connect(struct role *, struct role *);
/* Ends it all. */
void role_close(struct role *);
/* Logs a line from a child's LOG, so many a second at most; NULL: all.  -1:
 * malformed. */
int role_log(struct imsg *, struct log_rate *);

#endif
