/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The memory of the journal, which the parent holds: records of what has
 * changed, formed as commands are on the wire.
 *
 * Records are appended, and count when they are published: all of them by one
 * store, so an engine that dies leaves all or none.  The last record about a
 * route or a group decides.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stddef.h>
#include <stdint.h>
#include "common/ctl.h"

/* Records besides CTL_ADD to CTL_LEAVE.  Their words: the request's id, and for
 * ANSWER_FAIL the text of the CTL_FAIL. */
#define ANSWER_FAIL 0x100
#define ANSWER_END  0x101 /* line: the status */

/* In the line of a record on a route or a group: the files do not have it. */
#define NOT_IN_FILES 1

/* Maps the memory; takes the descriptor over.  0, or -1: nothing is kept. */
int records_open(int fd);
int records_are_open(void);

/* Notes that an engine reads the records, or does no longer. */
void records_reading(int);
/* 1 when the engine before this one died while it read them. */
int records_were_fatal(void);

/* The record at *at, and *at behind it; NULL: there are no more.  Its words are
 * behind it, up to c->len, the last byte is a NUL.  Other processes may be able
 * to write there. */
const unsigned char *records_next(uint32_t *at, struct ctl_cmd *c);
int record_is_route(const struct ctl_cmd *);
int record_is_answer(const struct ctl_cmd *);

/* Bytes of what is published. */
uint32_t records_used(void);
/* Bytes that additions may fill; answers are not counted. */
uint32_t records_limit(void);
/* 1 when so much can be appended: by an addition, or by something that removes
 * a route or a group, for which some room is spared. */
int records_have_room(size_t len, int removes);
/* 1 when it is time for records_compact(); when it may make room. */
int records_are_many(void);
int records_can_shrink(void);
/* Keeps of the records from first on what still counts, and of all the last
 * answers.  0, or -1: no memory, nothing has changed. */
int records_compact(uint32_t first);
/* Keeps the records from first on as they are. */
void records_drop(uint32_t first);

/* Forgets records that were appended and are not published. */
void records_begin(void);
/* Appends a record of this kind and line, of len bytes in all: its words are to
 * be written behind the struct ctl_cmd.  NULL: no room. */
unsigned char *records_append(uint16_t kind, uint32_t line, size_t len);
void records_publish(void);

#endif
