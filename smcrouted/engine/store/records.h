/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The journal's memory, which the parent holds.  It has records of what has
 * changed.
 *
 * Records are appended, and count only once they are published.  One store
 * publishes all of them, so an engine that dies leaves all or none.  The last
 * record about a route or a group decides.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stddef.h>
#include <stdint.h>
#include "common/ctl.h"

enum record_kind {
	/* The state of a route or group; the words are those of the command. */
	RECORD_ADD = CTL_ADD,
	RECORD_REMOVE = CTL_REMOVE,
	RECORD_JOIN = CTL_JOIN,
	RECORD_LEAVE = CTL_LEAVE,
	/* The answer to a request.  The first word is the request's id;
	 * RECORD_FAIL has the text of the CTL_FAIL as a second one. */
	RECORD_FAIL = 0x100,
	RECORD_END
};

/* Its words follow within len, each ended by a NUL. */
struct record {
	uint16_t len;  /* of this struct and its words */
	uint16_t kind; /* enum record_kind */
	union {
		uint32_t is_new; /* a state: the files do not have it */
		uint32_t line;	 /* RECORD_FAIL: of the batch */
		uint32_t status; /* RECORD_END: enum ctl_status */
	};
};

/* Maps the memory and takes the descriptor over.  0, or -1: nothing will be
 * kept. */
int records_open(int fd);
int records_are_open(void);

/* Notes in the memory that an engine is reading the records (1) or has finished
 * (0). */
void records_reading(int);
/* 1 when two engines died while they read them, and none has read all of them
 * since. */
int records_were_fatal(void);

/* Gets the record at *at and moves *at to the next one.  NULL: there are no
 * more.  The words follow the struct, up to c->len, and the last byte is a NUL.
 * Other processes may be able to write to this memory. */
const unsigned char *records_next(uint32_t *at, struct record *c);
int record_is_route(const struct record *);
int record_is_answer(const struct record *);

/* Bytes of all published records. */
uint32_t records_used(void);
/* Bytes that routes and groups may fill; answers are not counted. */
uint32_t records_limit(void);
/* 1 when len bytes can be appended: by an addition or, when removes is set, by
 * a removal, for which some room is kept free. */
int records_have_room(size_t len, int removes);
/* records_are_many(): 1 when it is time for records_compact().
 * records_can_shrink(): 1 when records_compact() may free room. */
int records_are_many(void);
int records_can_shrink(void);
/* Drops records before offset first, and those that a later record replaces.
 * The last answers are kept wherever they are.  0, or -1: no memory, nothing
 * has changed. */
int records_compact(uint32_t first);
/* Drops the records before offset first. */
void records_drop(uint32_t first);

/* Drops records that were appended but not published. */
void records_begin(void);
/* Appends a record that will be len bytes long.  The caller writes the words
 * after the struct.  NULL: no room. */
unsigned char *records_append(const struct record *, size_t len);
/* Publishes all appended records at once. */
void records_publish(void);

#endif
