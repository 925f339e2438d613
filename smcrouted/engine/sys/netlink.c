/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Requests to rtnetlink.  The kernel prepares the answer within send(2).
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <linux/rtnetlink.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "netlink.h"

#define ANSWER_WAIT 1 /* seconds; the answer is there at once */

static int ask_fd = -1;
static uint32_t seq;

void
nl_open(void)
{
	struct timeval tv = { .tv_sec = ANSWER_WAIT };
	int on = 1;

	if (ask_fd != -1)
		return;
	/* A late answer to an earlier process with the same port number must
	 * not be taken for an answer to this one. */
	if (getentropy(&seq, sizeof(seq)) == -1)
		fatal(EX_OSERR, "getentropy");
	ask_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (ask_fd == -1 ||
	    setsockopt(ask_fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)) == -1)
		fatal(EX_OSERR, "netlink socket");
	/* The kernel then sends only messages that match the request. */
	(void)setsockopt(ask_fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on,
	    sizeof(on));
}

/* A datagram from the kernel.  0, or -1 with errno. */
static int
receive(uint8_t *buf, struct nlbytes *bytes)
{
	struct sockaddr_nl from;
	socklen_t fromlen;
	ssize_t n;

	do {
		fromlen = sizeof(from);
		n = recvfrom(ask_fd, buf, NL_BUFSIZE, 0,
		    (struct sockaddr *)&from, &fromlen);
		if (n == -1 && errno != EINTR)
			return -1;
	} while (n == -1 || fromlen != sizeof(from) || from.nl_pid != 0);
	bytes->p = buf;
	bytes->len = n;
	return 0;
}

int
nl_ask(struct nlmsghdr *m, void (*f)(unsigned int, struct nlbytes, void *),
    void *arg)
{
	static uint8_t buf[NL_BUFSIZE];
	struct nlbytes rest, body;
	struct nlmsghdr h;

	m->nlmsg_seq = ++seq;
	if (send(ask_fd, m, m->nlmsg_len, 0) == -1)
		return -1;
	for (;;) {
		if (receive(buf, &rest) == -1)
			return -1;
		while (nl_message(&rest, &h, &body)) {
			/* a late answer to an earlier request */
			if (h.nlmsg_seq != seq)
				continue;
			if (h.nlmsg_type == NLMSG_ERROR ||
			    h.nlmsg_type == NLMSG_DONE) {
				errno = nl_error(body);
				return errno == 0 ? 0 : -1;
			}
			f(h.nlmsg_type, body, arg);
			if (!(h.nlmsg_flags & NLM_F_MULTI))
				return 0;
		}
	}
}

int
nl_ask_addresses(unsigned int type, uint32_t ifindex, int v6,
    void (*f)(unsigned int, struct nlbytes, void *), void *arg)
{
	struct {
		struct nlmsghdr h;
		struct ifaddrmsg a;
	} m;

	memset(&m, 0, sizeof(m));
	m.h.nlmsg_len = sizeof(m);
	m.h.nlmsg_type = type;
	m.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	m.a.ifa_family = v6 ? AF_INET6 : AF_INET;
	m.a.ifa_index = ifindex;
	return nl_ask(&m.h, f, arg);
}
