/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the lines of a request change in the configuration in force, and how the
 * changes are undone.
 */
#ifndef CHANGE_H
#define CHANGE_H

#include <stdint.h>
#include "common/ctl.h"
#include "common/wire.h"
#include "engine/have/groups.h"
#include "engine/run/reconcile.h"
#include "engine/want/config.h"

struct change {
	uint32_t line;
	int is_join; /* 1: a group was joined, 0: a route was added */
	int is_new;  /* the rule or group did not exist */
	int undone;
	uint32_t rule;	     /* of a route: index of its rule */
	uint32_t serial;     /* of that rule */
	uint32_t named;	     /* the set of oifs that the line names */
	uint32_t more;	     /* those of them that the rule did not have */
	int says_kernel;     /* the line has the word "kernel" */
	int kernel;	     /* the line has made the rule "kernel" */
	struct mgroup group; /* of a join; it has a reference to its pattern */
};

/* The changes of one request; all zero at first. */
struct changes {
	struct change *list;
	size_t n;
	int all;	   /* everything must be evaluated */
	int regroup;	   /* memberships must be compared */
	unsigned int wide; /* changed rules that may cover many flows */
	/* Called when a line of the request has failed. */
	void (*fail)(void *request, uint32_t line, const char *why);
	void *request;
};

/* Does the command of one line, whose words are in the directive.  0; 1: the
 * route or group did not exist before; -1 with the reason: nothing has
 * changed. */
int change_line(struct changes *, const struct ctl_cmd *,
    const struct directive *, const char **why);

/* To be called after the last line: undoes lines whose interfaces get no slot,
 * and marks the rest for reconcile.  The ticket is of all this work. */
void changes_commit(struct changes *, struct ticket *);

/* The kernel has refused an entry or a membership: the lines that wanted it
 * fail and are undone, the newest first.  If there were such lines, the ticket
 * is of that work now. */
void changes_refused(struct changes *, const struct wire_key *, int error,
    struct ticket *);
void changes_join_refused(struct changes *, const struct membership *,
    int error, struct ticket *);

/* Forgets the changes: they cannot be undone any more. */
void changes_forget(struct changes *);

#endif
