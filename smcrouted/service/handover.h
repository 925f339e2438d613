/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What a daemon leaves to the next one, so that the kernel keeps all routes and
 * groups meanwhile: by way of a service manager that stores descriptors, or
 * directly to one that is started with -x.
 */
#ifndef HANDOVER_H
#define HANDOVER_H

#include <stdint.h>
#include "parent/gate.h"

struct role;

enum handover {
	HANDOVER_MROUTE4, /* and of IPv6: the next */
	HANDOVER_MROUTE6,
	HANDOVER_GATE,	  /* memory: struct left */
	HANDOVER_JOURNAL, /* memory: see the engine's journal.h */
	HANDOVER_TABLE,	  /* memory: see the engine's entries.h */
	HANDOVER_CONTROL, /* the control socket */
	HANDOVER_SOCKET,  /* where the next one asks for all this */
	HANDOVER_MAX
};

/* Notes the descriptors that a service manager has passed.  How many there are,
 * from 3 on.  Before all other descriptors are closed. */
int handover_passed(void);

/* What is in the memory of HANDOVER_GATE. */
struct left {
	uint32_t version;
	uint32_t table;
	uint64_t network; /* its namespace */
	struct gate gate;
	struct upcalls upcalls;
};

/*
 * Takes what the daemon before this has left: to the service manager, or, with
 * -x, what the one has that runs; that one pauses until we are ready, and goes
 * on if we end before.  Exits with 69 when it does not answer or refuses; that
 * there is none is only told.  What is of another routing table is closed.
 *
 * Returns the gate, with the slots that are bound, and the upcalls that no
 * engine has answered, in memory that is left to the next daemon.  The roles
 * pause when there is one, and end(0) is called in the end.
 */
struct left *handover_open(struct role *engine, struct role *control,
    void (*end)(int code));
/* 1 when there was one before us. */
int handover_is_heir(void);

/* A descriptor that it has left, or -1; each can be taken once. */
int handover_take(enum handover);
/* Leaves a descriptor to the next one; -1: none. */
void handover_leave(enum handover, int fd);

/* The control socket: new unless it was left.  Listens for the next daemon,
 * too. */
int handover_listen(void);
/* Memory of the journal or the table: new unless it was left; -1: none. */
int handover_memory(enum handover);

/* 1 while the one before us still waits whether we do the work, or we for the
 * next one: who ends then leaves the sockets and the pid file to the other. */
int handover_is_on(void);

/* We do the work now: whoever did it before ends, and another daemon may take
 * over. */
void handover_done(void);

#endif
