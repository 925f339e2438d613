/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The journal: what smcroutectl has changed since the configuration was loaded.
 * It is kept in memory that the parent holds, so that it outlives the engine.
 *
 * The journal keeps a request together with its answer, or nothing of it.
 * Until the engine has answered a request the journal has nothing of it: if the
 * engine dies before that, the client sends the request again and the next
 * engine begins anew.  So an engine does this:
 *
 * 1.  Before a line of the request changes anything: journal_room().  Without
 * room the line is refused.
 *
 * 2.  When the request is about to be answered (done, refused, undone because
 * the kernel refused it, or the client hung up): journal_begin(); then
 * journal_route() or journal_group() for each route and group that a line has
 * changed, in the order of the lines; journal_fail() for each CTL_FAIL of the
 * answer; journal_end(); and journal_release() of the room of step 1.  The
 * record of a route has the route as it is in the configuration at that moment,
 * with the changes of other requests.
 *
 * 3.  Only then the engine sends CTL_END.
 *
 * A client that has not seen the answer sends the request again under the same
 * id.  Before the engine begins such a request, journal_answer() tells whether
 * it was answered already, and how.
 *
 * A reload may overtake a request: step 2 comes after journal_reloading().  The
 * changes of that request are gone with the old configuration, so only its
 * answer is kept.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "engine/want/config.h"

/* Maps the memory and takes the descriptor over.  If this was never called, or
 * failed, the other functions keep nothing and there is always room. */
void journal_open(int fd);

/* Reserves room for the record of this route or group, and adds the number of
 * bytes to *room.  NULL, or the reason why there is no room (a text that is
 * valid until the next call); then nothing has changed.  removes: the line
 * takes something away; such lines find room for some time after the journal is
 * full for others. */
const char *journal_room(const struct config *, const struct directive *,
    int removes, size_t *room);
/* Gives reserved room back: after journal_end(), or when the request is
 * dropped. */
void journal_release(size_t room);

void journal_begin(void);
/* Records the route or group as it is in the configuration now, or that it is
 * not there.  is_new: the configuration did not have it before the line; the
 * first record since the reload decides whether the files have it. */
void journal_route(const struct config *, const struct directive *, int is_new);
void journal_group(const struct config *, const struct directive *, int is_new);
void journal_fail(const char *id, uint32_t line, const char *text);
/* Publishes everything that was recorded since journal_begin() by one store.
 * id: the request's id, "" when nobody will ask for the answer. */
void journal_end(const char *id, uint32_t status);

/* 1 when the request with this id was answered: *status is the status of the
 * answer, and fail was called for each CTL_FAIL of it. */
int journal_answer(const char *id,
    void (*fail)(void *arg, uint32_t line, const char *text), void *arg,
    uint32_t *status);

/*
 * Adds what an earlier engine has recorded to a configuration read from the
 * files.  If two engines have died in this function, and none has come to its
 * end since, it does nothing this time: the records may be the cause.  They
 * stay, and the next engine reads them again.  alive is called now and then,
 * because this may take seconds.
 */
void journal_replay(struct config *, void (*alive)(void));

/* journal_reloading(): the files are about to replace the configuration.
 * journal_reloaded(): the new configuration is in force, so the records made
 * before journal_reloading() are dropped.  If the engine dies in between, all
 * records are still there. */
void journal_reloading(void);
void journal_reloaded(void);

#endif
