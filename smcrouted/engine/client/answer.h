/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The answer to a request.  It is collected until the request is done, then
 * written to the journal together with what the request has changed, and then
 * sent.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <sys/queue.h>
#include "common/ctl.h"

struct failure;

struct answer {
	char id[CTL_IDSIZE]; /* of the request; "": do not keep the answer */
	int failed;
	STAILQ_HEAD(, failure) failures;
	size_t room; /* bytes reserved in the journal */
};

void answer_init(struct answer *);
/* Frees the failures, and gives back the room in the journal. */
void answer_free(struct answer *);

/* Notes that a line has failed.  0, or -1: memory is short, so the caller must
 * send it at once. */
int answer_fail(struct answer *, uint32_t line, const char *text);
/* Calls f for each failed line. */
void answer_each(const struct answer *,
    void (*f)(void *arg, uint32_t line, const char *text), void *arg);

/* The enum ctl_status of a request whose commands were run. */
uint32_t answer_status(const struct answer *);

/* What a command has done. */
enum effect {
	EFFECT_NONE,
	EFFECT_CHANGED, /* a route or group */
	EFFECT_NEW	/* the route or group did not exist before */
};

/* Writes the answer to the journal, with the present state of what the commands
 * have changed.  effects: enum effect of each command. */
void answer_record(struct answer *, uint32_t status,
    const unsigned char *commands, size_t len, const uint8_t *effects);

#endif
