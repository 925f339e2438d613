/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The processes that the parent starts: for each role a nursery, and its child.
 */
#ifndef ROLE_H
#define ROLE_H

#include <event.h>
#include "common/peer.h"
#include "common/wire.h"

#define ROLE_SOCKETS 4

/* Counts the log lines of one process. */
struct log_rate {
	uint32_t second;
	unsigned int lines; /* in that second */
};

struct role {
	const char *name;
	/* A child was started on link: send it what it needs. */
	void (*started)(struct role *);
	/* A child cannot be started, see errno.  NULL: try again later. */
	void (*failed)(struct role *);
	/* The nursery ended with this exit code and there is no child. */
	void (*lost)(int code);
	/* A message of the child has come.  -1: it breaks the rules. */
	int (*dispatch)(struct role *, struct imsg *);
	struct peer link;
	struct peer nursery;
	pid_t pid;	    /* the nursery's */
	int proven;	    /* a child has done its work once */
	int once;	    /* its child is not started anew */
	uint32_t born;	    /* when the child was started */
	unsigned int lives; /* children so far */
	int code;	    /* exit code of a nursery that ended */
	int ready;	    /* confined, no child running */
	unsigned int delay; /* milliseconds before the next start */
	struct event restart;
	void (*stopped)(struct role *); /* set while the role is paused */
	int loads;		 /* the engine has files and is not READY yet */
	const uint32_t *upcalls; /* how many are not TAKEN, or NULL */
	int heard; /* from the child since it was last given work */
	int asked; /* it was asked whether it is alive, and has not answered */
	struct event overdue;
	struct log_rate rate;
	struct event work; /* on a descriptor that the child serves */
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
/* Has the nursery fork a child.  Whenever the child ends another one is
 * started, at once or after a delay. */
void role_start(struct role *);
/* The same, after a delay in milliseconds. */
void role_start_in(struct role *, uint64_t ms);
/* To be called when the child was given work: if it says nothing for too long
 * it is replaced. */
void role_expect(struct role *);
/* The same, and waits a moment for the answer, which is then done before this
 * returns. */
void role_ask(struct role *);
/* Does role_expect() whenever the descriptor, which the child serves, is
 * readable. */
void role_watch(struct role *, int fd);
/* 1 when the child runs and is not silent for too long. */
int role_is_well(const struct role *);
/* Ends the child, if there is one, and logs why ("engine WHY").  Another one is
 * started. */
void role_expel(struct role *, const char *why);
/* Ends the child and starts no other one.  stopped is called when it has
 * ended. */
void role_pause(struct role *, void (*stopped)(struct role *));
/* 1 when the role is paused and its child has ended. */
int role_is_paused(const struct role *);
/* Starts a child again. */
void role_resume(struct role *);
/* Sends the descriptor to the present child, and closes it here.  If it is -1
 * the child is ended, because it would be of no use: a later one may get it. */
void role_give(struct role *, enum wire_socket, int fd);
/* Gives a copy of the descriptor to each child from now on. */
void role_keep(struct role *, enum wire_socket, int fd);
/* Connects the children of two roles by a new pipe, if both run. */
void role_connect(struct role *, struct role *);
/* Ends the child and the nursery. */
void role_close(struct role *);
/* Logs the line of a LOG message, within a limit of lines per second; NULL:
 * without a limit.  -1: it is malformed. */
int role_log(struct imsg *, struct log_rate *);

#endif
