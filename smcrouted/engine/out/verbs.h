/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Verbs to the parent: collected into messages, with a bounded number of
 * messages that wait for their RESULT.
 */
#ifndef VERBS_H
#define VERBS_H

#include <stdint.h>
#include "common/peer.h"
#include "common/wire.h"

struct verbs_handler {
	/* The kernel has refused an entry that was to come in on this slot. */
	void (*mfc_refused)(const struct wire_key *, uint8_t slot, int error);
	/* The kernel has no such entry any more; slot: as above, for one of
	 * any source. */
	void (*mfc_deleted)(const struct wire_key *, uint8_t slot);
	void (*vif_result)(const struct wire_vif *, int error);
	/* A message was answered. */
	void (*answered)(void);
};

void verbs_init(struct peer *parent, const struct verbs_handler *);

/* Each goes out with the next flush, or when the message is full; in order. */
void verbs_vif_add(const struct wire_vif *);
void verbs_vif_del(const struct wire_vif *);
/* hook: once the kernel has taken the entry, the parent's hook is to run. */
void verbs_mfc_add(const struct wire_mfc *, int hook);
void verbs_mfc_del(const struct wire_key *);
void verbs_flush(void);

/* The parent is to send the configuration's files; id comes back with them. */
void verbs_reload(uint32_t id);
/* All that a reload, or the start (0), has asked for is in the kernel. */
void verbs_ready(uint32_t id, uint32_t errors);
void verbs_status(const struct wire_status *);
/* So many upcalls more have been answered by verbs. */
void verbs_taken(uint32_t count);
/* Sockets for router discovery, please; the answer is IMSG_MRDISC. */
void verbs_ask_mrdisc(void);
/* The daemon is to end. */
void verbs_quit(void);
/* The control process has broken the rules: the parent is to replace it. */
void verbs_expel(void);

/* Has the parent keep a copy of a socket for the next engine, and no more.  fd
 * is closed. */
void verbs_hold(uint32_t id, int fd);
void verbs_unhold(uint32_t id);

/* 1 while more MFC verbs may be given: not too many wait for their RESULT. */
int verbs_room(void);

/* The number of the last message sent, and of the last one answered. */
uint32_t verbs_sent(void);
uint32_t verbs_answered(void);

/* A RESULT; -1: malformed. */
int verbs_result(struct imsg *);

/* Asks which VIFs there still are; the answer is IMSG_VIFS. */
void verbs_ask_vifs(void);

#endif
