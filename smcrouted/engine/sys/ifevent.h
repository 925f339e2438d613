/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the kernel says of interfaces.  One file per system.
 */
#ifndef IFEVENT_H
#define IFEVENT_H

#include <net/if.h>
#include <stdint.h>

struct link {
	uint32_t ifindex;
	unsigned int flags; /* IFF_ */
	unsigned int mtu;
	char name[IF_NAMESIZE];
};

struct ifevent_handler {
	/* A link that is new or has changed. */
	void (*changed)(const struct link *);
	void (*gone)(uint32_t ifindex);
	/* IPv4 or IPv6 has ended or begun on a link: what it had there of
	 * memberships is dropped then, of which nothing is told. */
	void (*restarted)(uint32_t ifindex);
	/* IPv4 addresses have come or gone. */
	void (*addresses)(void);
	/* A full list follows: whatever is not in it is gone. */
	void (*begin)(void);
	void (*end)(void);
	/* All events that had come are told: now is the time to act. */
	void (*done)(void);
};

/* Opens the event socket.  Before the process gives up its last rights.
 * Exits on error. */
void ifevent_open(void);
/* Starts telling events (libevent), first of all a full list: it is told before
 * this returns. */
void ifevent_start(const struct ifevent_handler *);

#endif
