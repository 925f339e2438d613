/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The messages between smcroutectl and the daemon on the control socket: imsg
 * without descriptors, at most CTL_MAXSIZE bytes each.
 *
 * The client sends CTL_HELLO, then one request at a time.  A request is
 * answered by any number of CTL_ROW, CTL_FAIL and CTL_NOTE and one CTL_END;
 * after that the client may send the next.
 *
 * The daemon does a request and answers it, or it does nothing.  If the END
 * says CTL_AGAIN, or the daemon hangs up, the client cannot know which of the
 * two.  It discards what it has received of the answer, and sends the request
 * again with the same id and the word "again" in its CTL_ID.  If the request
 * was done before, the daemon sends that answer (without its CTL_NOTEs); else
 * it does the request now.
 */
#ifndef CTL_H
#define CTL_H

#include <stdint.h>
#include "imsg.h"

#define CTL_VERSION 2

/* Bytes of a message with its header, and of its payload.  The control process
 * puts a uint32_t before a request when it passes the request on, so there must
 * be room for that. */
#define CTL_MAXSIZE (MAX_IMSGSIZE - sizeof(uint32_t))
#define CTL_MAXDATA (CTL_MAXSIZE - IMSG_HEADER_SIZE)
#define CTL_IDSIZE  33 /* of an id, with its NUL */

enum ctl_type {
	/* both ways */
	CTL_HELLO = 200, /* uint32_t CTL_VERSION; the daemon answers with its
			  * own, and hangs up when they differ */
	/* client -> daemon */
	CTL_REQUEST, /* struct ctl_cmd records, one after the other */
	/* daemon -> client */
	CTL_ROW,  /* a row of a show, or a part of one: see rows.h */
	CTL_FAIL, /* uint32_t line of the command, then text without a NUL */
	CTL_NOTE, /* as CTL_FAIL: a warning about a command that was done */
	CTL_END	  /* uint32_t enum ctl_status */
};

enum ctl_kind {
	CTL_ADD = 1,
	CTL_REMOVE,
	CTL_JOIN,
	CTL_LEAVE,
	CTL_FLUSH,
	CTL_RELOAD,
	CTL_KILL,
	/* the shows, which cmd_is_show() knows by the first and the last; a
	 * show must be the only command of its request */
	CTL_SHOW_ROUTES,
	CTL_SHOW_GROUPS,
	CTL_SHOW_INTERFACES,
	CTL_SHOW_PENDING,
	CTL_ID, /* optional, first in its request: an id that no other
		 * request has, then "again" when the request is repeated */
	CTL_KIND_MAX
};

enum ctl_status {
	CTL_OK,
	CTL_REFUSED, /* at least one CTL_FAIL said why */
	CTL_DENIED,  /* not allowed to this user */
	CTL_AGAIN    /* the engine has ended: ask again */
};

/*
 * One command.  Its words follow within len, as smcroutectl was given them,
 * each ended by a NUL: IIF [SOURCE] GROUP [OIF ...].  The word "detail" with
 * CTL_SHOW_ROUTES asks for the counters of MFC entries.
 */
struct ctl_cmd {
	uint16_t len; /* of this struct and its words */
	uint16_t kind;
	uint32_t line; /* 0, or the line of the batch */
};

/* 1 for a show, which changes nothing: members of the socket's group may give
 * no other command. */
static inline int
cmd_is_show(unsigned int kind)
{
	return kind >= CTL_SHOW_ROUTES && kind <= CTL_SHOW_PENDING;
}

#endif
