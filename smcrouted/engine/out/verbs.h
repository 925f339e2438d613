/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Verbs to the parent.  They are collected into messages, and only a few
 * messages may wait for their RESULT at a time.
 */
#ifndef VERBS_H
#define VERBS_H

#include <stdint.h>
#include "common/peer.h"
#include "common/wire.h"

struct verbs_handler {
	/* A verb for this entry is answered.  error: 0, or why the kernel has
	 * refused to add it. */
	void (*mfc_answered)(uint32_t entry, int error);
	void (*vif_result)(const struct wire_vif *, int error);
	/* The parent has answered a message. */
	void (*answered)(void);
};

void verbs_init(struct peer *parent, const struct verbs_handler *);

/* These verbs go out in order, with the next flush or when the message is
 * full. */
void verbs_vif_add(const struct wire_vif *);
void verbs_vif_del(const struct wire_vif *);
/* entry: its index, given back with the answer.  hook: the parent runs the hook
 * once the kernel has taken the entry. */
void verbs_mfc_add(const struct wire_mfc *, uint32_t entry, int hook);
void verbs_mfc_del(const struct wire_key *, uint32_t entry);
void verbs_flush(void);

/* Asks the parent for the configuration files.  The id comes back with them. */
void verbs_reload(uint32_t id);
/* Tells the parent that a reload, or the start (id 0), is complete: the kernel
 * has everything that the configuration asks for. */
void verbs_ready(uint32_t id, uint32_t errors);
void verbs_status(const struct wire_status *);
/* Tells the parent that count more upcalls were answered.  Sends the verbs
 * first. */
void verbs_taken(uint32_t count);
/* Asks for the sockets of router discovery.  The parent answers with
 * IMSG_MRDISC. */
void verbs_ask_mrdisc(void);
/* Asks the parent to end the daemon. */
void verbs_quit(void);
/* Asks the parent to replace the control process, which has sent something
 * malformed. */
void verbs_expel(void);

/* verbs_hold(): the parent keeps this copy of a socket for the next engine; fd
 * is closed here.  verbs_unhold(): the parent closes its copy. */
void verbs_hold(uint32_t id, int fd);
void verbs_unhold(uint32_t id);

/* 1 while more MFC verbs may be added: few messages wait for their RESULT. */
int verbs_room(void);

/* The number of the last message sent, and of the last one answered. */
uint32_t verbs_sent(void);
uint32_t verbs_answered(void);

/* Takes a RESULT.  -1: it is malformed. */
int verbs_result(struct imsg *);

/* Asks which VIFs the kernel still has.  The parent answers with IMSG_VIFS. */
void verbs_ask_vifs(void);

#endif
