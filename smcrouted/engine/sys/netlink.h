/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Reads netlink messages as bytes: never beyond their end, and without relying
 * on alignment.
 */
#ifndef NETLINK_H
#define NETLINK_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "group_list.h"
#include "ifevent.h"
#include "kernel_state.h"

/* No message of the kernel is longer. */
#define NL_BUFSIZE 32768

struct nlbytes {
	const uint8_t *p;
	size_t len;
};

/* Moves the first len bytes and their padding out of b.  0, or -1: too few. */
static inline int
nl_take(struct nlbytes *b, void *to, size_t len)
{
	size_t step = NLMSG_ALIGN(len);

	if (b->len < len)
		return -1;
	memcpy(to, b->p, len);
	if (step > b->len)
		step = b->len; /* the last one may lack its padding */
	b->p += step;
	b->len -= step;
	return 0;
}

/* Cuts the body of a record off b.  The record is len bytes long; its header of
 * head bytes was taken before. */
static inline int
nl_cut(struct nlbytes *b, size_t len, size_t head, struct nlbytes *body)
{
	size_t step;

	if (len < head || len - head > b->len)
		return -1;
	body->p = b->p;
	body->len = len - head;
	step = NLMSG_ALIGN(body->len);
	if (step > b->len)
		step = b->len;
	b->p += step;
	b->len -= step;
	return 0;
}

/* The next message of a datagram.  1, or 0 at the end or when it is broken. */
static inline int
nl_message(struct nlbytes *b, struct nlmsghdr *h, struct nlbytes *body)
{
	return nl_take(b, h, sizeof(*h)) == 0 &&
	    nl_cut(b, h->nlmsg_len, sizeof(*h), body) == 0;
}

/* The next attribute of a message.  1, or 0 at the end or when it is broken. */
static inline int
nl_attr(struct nlbytes *b, unsigned int *type, struct nlbytes *value)
{
	struct nlattr a;

	if (nl_take(b, &a, sizeof(a)) == -1 ||
	    nl_cut(b, a.nla_len, sizeof(a), value) == -1)
		return 0;
	*type = a.nla_type & NLA_TYPE_MASK;
	return 1;
}

/* Copies the value of an attribute, which must have exactly this size.  0, or
 * -1. */
static inline int
nl_value(const struct nlbytes *value, void *to, size_t size)
{
	if (value->len != size)
		return -1;
	memcpy(to, value->p, size);
	return 0;
}

/* The error in the body of NLMSG_ERROR or NLMSG_DONE, as an errno; 0: none. */
static inline int
nl_error(struct nlbytes body)
{
	int32_t error;

	if (nl_take(&body, &error, sizeof(error)) == -1 || error >= 0)
		return 0;
	return error == INT32_MIN ? INT32_MAX : -error;
}

/* netlink.c: requests that the kernel answers at once. */

/* Opens the socket for requests, which all callers share.  To be called before
 * the process gives up its last rights.  Exits on error. */
void nl_open(void);
/*
 * Sends a request, and calls f with the type and body of each message of the
 * answer.  The sequence number of the request is filled in here.  0, or -1 with
 * errno.
 */
int nl_ask(struct nlmsghdr *, void (*f)(unsigned int, struct nlbytes, void *),
    void *);
/* Asks for all that the kernel has of a type (RTM_GETADDR, RTM_GETMULTICAST) in
 * a family, on one interface or, if ifindex is 0, on all. */
int nl_ask_addresses(unsigned int type, uint32_t ifindex, int v6,
    void (*f)(unsigned int, struct nlbytes, void *), void *);

/* ifevent_netlink.c */

/* The state of a list of all links. */
struct link_dump {
	uint32_t seq;
	int wanted;	 /* ask for one once the socket is empty */
	int running;	 /* asked for, NLMSG_DONE has not come yet */
	int interrupted; /* links changed while it was made */
	int tries;	 /* interrupted lists in a row */
	int error;	 /* errno of the kernel's refusal */
};

/* Calls the handler for the messages of a datagram. */
void ifevent_parse(const void *, size_t, const struct ifevent_handler *,
    struct link_dump *);

/* kernel_state_linux.c */

/* Parses the body of an RTM_NEWROUTE.  0, or -1: it is no multicast entry of
 * this family and table. */
int kernel_state_parse(struct nlbytes, int v6, uint32_t table,
    struct kernel_entry *);

/* group_list_netlink.c */

/* Parses a message of the answer to RTM_GETMULTICAST.  0, or -1: it has no
 * group of this family. */
int group_list_parse(struct nlbytes, int v6, uint32_t *ifindex,
    struct addr *grp);
/* Does the work of group_list() with /proc/net/igmp. */
int group_list_igmp(FILE *, group_fn *, void *);

/* ifaddr_netlink.c */

/* Parses the body of an RTM_NEWADDR.  0, or -1: it is no address of this
 * interface and family that ifaddr_source() may return. */
int ifaddr_parse(struct nlbytes, uint32_t ifindex, int v6, struct addr *);

#endif
