/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The link of a child to the parent.
 */
#include <stdint.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "child.h"
#include "log.h"
#include "wire.h"

#define MAXQUEUE (1 << 20) /* bytes; beyond that only errors are sent */

static struct peer *to_parent;

/* Sends a log line to the parent.  An error is sent at once: the process may
 * end before the event loop would send it. */
static void
log_to_parent(int priority, const char *line)
{
	char buf[sizeof(int32_t) + LOG_LINE_MAX];
	int32_t p = priority;
	size_t n = strlen(line);

	if (!peer_is_open(to_parent) ||
	    (priority > LOG_ERR && peer_queue(to_parent) > MAXQUEUE))
		return;
	memcpy(buf, &p, sizeof(p));
	memcpy(buf + sizeof(p), line, n);
	peer_send(to_parent, IMSG_LOG, 0, -1, buf, sizeof(p) + n);
	if (priority <= LOG_ERR)
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
	peer_open(parent, fd);
	imsgbuf_allow_fdpass(&parent->ibuf);
	log_init(LOG_TO_SINK, "smcrouted", role);
	log_setsink(log_to_parent);
}
