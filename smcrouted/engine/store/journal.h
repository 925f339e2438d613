/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What smcroutectl has changed since the configuration was loaded: kept in
 * memory that the parent holds, so that it outlives the engine.
 *
 * A request is kept as a whole, with its answer, or not at all.  Until it is
 * answered the journal has nothing of it: for the engine after one that dies it
 * was never begun, and the client sends it again.  So an engine does this:
 *
 * 1. Before a line changes anything, journal_room().  If there is none, the
 * line is refused, and nothing else need be done about it here.
 * 2. When the request is to be answered (done, refused or undone by the kernel,
 *    or its client hung up): journal_begin(); journal_route() or
 *    journal_group() for each route and group that any of its lines has
 *    changed, in the order of the lines; journal_fail() for each CTL_FAIL of
 * the answer; journal_end(); journal_release() of the room of step 1. What is
 * kept of a route is what the configuration has of it then, with the changes of
 * other requests.
 * 3. Only then the CTL_END is sent.
 *
 * A client that has seen no answer sends the request again under the same id,
 * and says so.  Before such a request is begun, journal_answer() tells whether
 * it was answered, and how.
 *
 * Changes of requests that a reload overtakes (step 2 comes after
 * journal_reloading()) are gone with the old configuration: nothing is to be
 * kept of them but their answer.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "engine/want/config.h"

/* Maps it; takes the descriptor over.  Without it the rest does nothing, and
 * there is always room. */
void journal_open(int fd);

/* Adds to *room what the record of this route or group may take, and keeps so
 * much free.  NULL, or why there is no room (a text that is valid until the
 * next call): nothing has changed then.  removes: the line takes something
 * away, which is possible for some time when the journal is full. */
const char *journal_room(const struct config *, const struct directive *,
    int removes, size_t *room);
/* Gives room back, in journal_end()'s place when a request is forgotten. */
void journal_release(size_t room);

void journal_begin(void);
/* Its rule or group of the configuration as it is now, or that there is none.
 * is_new: there was none before the line; the first record since the reload
 * decides whether the files have it. */
void journal_route(const struct config *, const struct directive *, int is_new);
void journal_group(const struct config *, const struct directive *, int is_new);
void journal_fail(const char *id, uint32_t line, const char *text);
/* All since journal_begin() is kept now.  id: "" when nobody will ask. */
void journal_end(const char *id, uint32_t status);

/* 1 when a request of this id was answered, with this status; fail is called
 * for each CTL_FAIL. */
int journal_answer(const char *id,
    void (*fail)(void *arg, uint32_t line, const char *text), void *arg,
    uint32_t *status);

/*
 * Brings what an earlier engine has kept into a configuration of the files.  An
 * engine whose predecessor died in here goes without, for its life: the records
 * stay, and the next engine reads them again.  alive is called now and then, as
 * this may take seconds.
 */
void journal_replay(struct config *, void (*alive)(void));

/* A new configuration of the files takes the place of the old one; and is in
 * force, so that what was kept before journal_reloading() is no longer wanted.
 * An engine that dies in between leaves all of it. */
void journal_reloading(void);
void journal_reloaded(void);

#endif
