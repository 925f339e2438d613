/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The link of a child to the parent.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "wire.h"

static struct peer *to_parent;
static unsigned int lost; /* lines dropped since tell_lost() */

static void
send_line(int priority, const char *line)
{
	char buf[sizeof(int32_t) + LOG_LINE_MAX];
	int32_t p = priority;
	size_t n = strlen(line);

	memcpy(buf, &p, sizeof(p));
	memcpy(buf + sizeof(p), line, n);
	peer_send(to_parent, IMSG_LOG, 0, -1, buf, sizeof(p) + n);
}

/* Logs how many lines were lost, at the place where they are missing. */
static void
tell_lost(struct peer *p)
{
	char line[64];

	(void)p;
	if (lost == 0)
		return;
	snprintf(line, sizeof(line), "%u line%s lost here", lost,
	    lost == 1 ? "" : "s");
	lost = 0;
	send_line(LOG_WARNING, line);
}

static void
log_to_parent(int priority, const char *line)
{
	size_t room = priority <= LOG_ERR ? LOG_QUEUE_ERRORS : LOG_QUEUE;

	if (!peer_is_open(to_parent))
		return;
	/* after a loss, wait until half of the room is free */
	if (peer_queue(to_parent) > (lost > 0 ? room / 2 : room)) {
		lost++;
		return;
	}
	tell_lost(to_parent);
	send_line(priority, line);
}

/* Called by exit(3), and so by fatal(): sends the last log lines. */
static void
send_rest(void)
{
	if (peer_is_open(to_parent))
		(void)imsgbuf_flush(&to_parent->ibuf);
}

void
child_end(const char *why)
{
	_exit(strcmp(why, PEER_EOF) == 0 ? 0 : EX_SOFTWARE);
}

static void
parent_gone(struct peer *p, const char *why)
{
	(void)p;
	child_end(why);
}

void
child_init(struct peer *parent, int fd, const char *role,
    int (*dispatch)(struct peer *, struct imsg *))
{
	event_init();
	to_parent = parent;
	parent->name = "parent";
	parent->dispatch = dispatch;
	parent->gone = parent_gone;
	parent->written = tell_lost;
	peer_open(parent, fd);
	atexit(send_rest);
	imsgbuf_allow_fdpass(&parent->ibuf);
	log_init(LOG_TO_SINK, "smcrouted", role);
	log_setsink(log_to_parent);
}
