/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The answer to a request: collected until the request is done, then kept in
 * the journal with what the request has changed, then told.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include <sys/queue.h>
#include "common/ctl.h"
#include "engine/lang/conf.h"

struct failure;

struct answer {
	char id[CTL_IDSIZE]; /* of the request; "": nobody will ask for it */
	int failed;
	STAILQ_HEAD(, failure) failures;
	size_t room; /* bytes that the journal keeps free */
};

void answer_init(struct answer *);
void answer_free(struct answer *);

/* A line has failed.  0, or -1: memory is short, it is to be told at once. */
int answer_fail(struct answer *, uint32_t line, const char *text);
/* Calls f for each line that has failed. */
void answer_each(const struct answer *,
    void (*f)(void *arg, uint32_t line, const char *text), void *arg);

/*
 * The words of a command on a route or group (each ended by a NUL, in all what
 * the command's length says) as a directive.  Returns the list of words, to be
 * freed after the last use of the directive; *why: what is wrong with them, in
 * a text that is valid until the next call, or NULL.
 */
const char **answer_parse(const struct ctl_cmd *, const char *words,
    struct directive *, const char **why);

/* In the kind of a command that has changed nothing. */
#define ANSWER_UNCHANGED 0

/* Keeps the answer with the state of what the commands have changed.  In each
 * command's line is 1 when there was no such route or group before. */
void answer_keep(struct answer *, uint32_t status,
    const unsigned char *commands, size_t len);

#endif
