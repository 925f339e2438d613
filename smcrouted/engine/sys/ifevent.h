/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Interfaces and their changes, as the kernel reports them.  One file per
 * system.
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
	/* IPv4 or IPv6 has ended or begun on a link.  The kernel drops the
	 * memberships of that family on the link then, without a message. */
	void (*restarted)(uint32_t ifindex);
	/* IPv4 addresses have come or gone. */
	void (*addresses)(void);
	/* Between begin() and end() changed() is called for every link that
	 * exists: links without a call are gone. */
	void (*begin)(void);
	void (*end)(void);
	/* All events that were waiting have been reported: now is the time to
	 * act on them. */
	void (*done)(void);
};

/* On the BSDs: opens the event socket, for all engines of the nursery. */
void ifevent_prepare(void);
/* Opens the event socket, or takes what ifevent_prepare() has opened.  To be
 * called before the process gives up its last rights.  Exits on error. */
void ifevent_open(void);
/* Starts to report events by libevent.  The first report is a full list of the
 * links; it is complete when this returns. */
void ifevent_start(const struct ifevent_handler *);
/* waits: something waits for an interface.  On the BSDs, where events may be
 * lost without a word, the list is read now and then while that is so. */
void ifevent_expect(int waits);

#endif
