/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the lines of a request change in the configuration in force, and how it
 * is taken back when it cannot be.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include <stdint.h>
#include "common/wire.h"
#include "engine/have/groups.h"
#include "engine/run/reconcile.h"
#include "engine/want/config.h"

struct change {
	uint32_t line;
	int is_join; /* else a route was added */
	int is_new;  /* there was no such rule, or group */
	int undone;
	uint32_t rule; /* of a route: its index, and who it is */
	uint32_t serial;
	uint32_t named; /* set of oifs that the line names */
	uint32_t more;	/* ... and that the rule did not have */
	int kernel;	/* the line has said that the kernel is to hold it */
	struct mgroup group; /* of a join, with a reference to its pattern */
};

/* Of one request; all zero at first. */
struct changes {
	struct change *list;
	size_t n;
	int all;	   /* everything is to be evaluated anew */
	int regroup;	   /* memberships are */
	unsigned int wide; /* rules so far that may cover many flows */
	/* A line of the request has failed. */
	void (*fail)(void *request, uint32_t line, const char *why);
	void *request;
};

/* Each does one line.  0, or 1 when it has added what was not there at all; -1
 * with the reason: nothing has changed. */
int change_add(struct changes *, const struct directive *, uint32_t line,
    const char **why);
int change_remove(struct changes *, const struct directive *, const char **why);
int change_join(struct changes *, const struct directive *, uint32_t line,
    const char **why);
int change_leave(struct changes *, const struct directive *, const char **why);

/* After the last line: takes back what got no slot, and marks the rest for
 * reconcile.  ticket: of all this work. */
void changes_commit(struct changes *, struct ticket *);

/* The kernel has refused an entry, or a membership: the lines that wanted it
 * fail and are taken back, the newest first.  1: there were some, and the
 * ticket is of that work now. */
int changes_refused(struct changes *, const struct wire_key *, int error,
    struct ticket *);
int changes_join_refused(struct changes *, const struct membership *, int error,
    struct ticket *);

/* What was changed is the configuration's alone now. */
void changes_forget(struct changes *);

#endif
