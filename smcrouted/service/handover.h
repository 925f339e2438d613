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

/* What is in the memory of HANDOVER_GATE. */
struct left {
	uint32_t version;
	uint32_t table;
	uint64_t network; /* its namespace */
	struct gate gate;
	struct upcalls upcalls;
};

/*
 * Leaves the descriptors in the state to the next daemon, and listens for it.
 * The roles pause when there is one, and end(0) is called in the end.
 *
 * Returns the gate, with the slots that are bound, and the upcalls that no
 * engine has answered, in memory that is left, too.
 */
struct left *handover_begin(struct role *engine, struct role *control,
    void (*end)(int code));
/* Removes the socket where the next one asks. */
void handover_end(void);

/* 1 while two daemons run and one of them is to do the work: an earlier daemon
 * and this one, or this one and the next.  A daemon that ends in that time
 * leaves the sockets and the pid file to the other one. */
int handover_is_on(void);

/* We do the work now: whoever did it before ends, and another daemon may take
 * over. */
void handover_done(void);

#endif
