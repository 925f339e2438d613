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
	/* An entry of a MFC verb failed; slot: where it was to come in, or
	 * NOSLOT when it was to go. */
	void (*mfc_failed)(const struct wire_key *, uint8_t slot, int error);
	void (*vif_result)(const struct wire_vif *, int error);
	/* A message was answered. */
	void (*answered)(void);
};

void verbs_init(struct peer *parent, const struct verbs_handler *);

/* Each goes out with the next flush, or when the message is full; in order. */
void verbs_vif_add(const struct wire_vif *);
void verbs_vif_del(const struct wire_vif *);
void verbs_mfc_add(const struct wire_mfc *);
void verbs_mfc_del(const struct wire_key *);
void verbs_flush(void);

/* The flow is installed by a verb that was given before: goes out after it, and
 * is not answered. */
void verbs_hook(const struct wire_key *);

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
