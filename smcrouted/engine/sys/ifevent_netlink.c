/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Links on Linux: rtnetlink's list of all, and its messages when a link, its
 * addresses or its use of IPv4 and IPv6 change.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <errno.h>
#include <event.h>
#include <poll.h>
#include <sysexits.h>

#include "common/await.h"
#include "common/log.h"
#include "ifevent.h"
#include "netlink.h"

#define EVENT_RCVBUF (1024 * 1024)
#define DUMP_TRIES   5	  /* lists in a row that a change interrupts */
#define DUMP_WAIT    5000 /* ms */

#define GROUP(n) (1U << ((n)-1))
#define OUR_GROUPS                                                             \
	(GROUP(RTNLGRP_LINK) | GROUP(RTNLGRP_IPV4_IFADDR) |                    \
	    GROUP(RTNLGRP_IPV4_NETCONF) | GROUP(RTNLGRP_IPV6_NETCONF))

enum link_news { LINK_NOTHING, LINK_CHANGED, LINK_GONE };

static const struct ifevent_handler *handler;
static struct link_dump dump;
static struct event link_ev;
static int link_fd = -1;

/* Copies a link's name.  0, or -1: it is empty, too long or has no NUL. */
static int
link_name(const struct nlbytes *value, char *name)
{
	size_t len = strnlen((const char *)value->p, value->len);

	if (len == 0 || len == value->len || len >= IF_NAMESIZE)
		return -1;
	memcpy(name, value->p, len + 1);
	return 0;
}

static enum link_news
link_parse(unsigned int msg, struct nlbytes body, struct link *l)
{
	struct ifinfomsg ifi;
	struct nlbytes value;
	unsigned int type;
	int named = 0;

	if (msg != RTM_NEWLINK && msg != RTM_DELLINK)
		return LINK_NOTHING;
	if (nl_take(&body, &ifi, sizeof(ifi)) == -1)
		return LINK_NOTHING;
	/* AF_BRIDGE: a port has left its bridge, the link is still there */
	if (ifi.ifi_family != AF_UNSPEC || ifi.ifi_index <= 0)
		return LINK_NOTHING;
	memset(l, 0, sizeof(*l));
	l->ifindex = ifi.ifi_index;
	l->flags = ifi.ifi_flags;
	if (msg == RTM_DELLINK)
		return LINK_GONE;
	while (nl_attr(&body, &type, &value))
		if (type == IFLA_MTU)
			(void)nl_value(&value, &l->mtu, sizeof(l->mtu));
		else if (type == IFLA_IFNAME)
			named = link_name(&value, l->name) == 0;
	return named ? LINK_CHANGED : LINK_NOTHING;
}

/* The settings of a link have changed.  The kernel sends all settings when a
 * family begins on the link; when a VIF is added it sends only one. */
static void
netconf_tell(unsigned int msg, struct nlbytes body,
    const struct ifevent_handler *h)
{
	struct netconfmsg n;
	struct nlbytes value;
	unsigned int type;
	int32_t ifindex = 0;
	int all = msg == RTM_DELNETCONF;

	if (nl_take(&body, &n, sizeof(n)) == -1)
		return;
	while (nl_attr(&body, &type, &value))
		if (type == NETCONFA_IFINDEX)
			(void)nl_value(&value, &ifindex, sizeof(ifindex));
		else if (type == NETCONFA_FORWARDING)
			all = 1;
	if (all && ifindex > 0) /* not the pseudo links "all" and "default" */
		h->restarted(ifindex);
}

static void
address_tell(struct nlbytes body, const struct ifevent_handler *h)
{
	struct ifaddrmsg a;

	if (nl_take(&body, &a, sizeof(a)) == 0 && a.ifa_family == AF_INET)
		h->addresses();
}

static void
message_tell(unsigned int msg, struct nlbytes body,
    const struct ifevent_handler *h)
{
	struct link l;

	if (msg == RTM_NEWADDR || msg == RTM_DELADDR)
		address_tell(body, h);
	if (msg == RTM_NEWNETCONF || msg == RTM_DELNETCONF)
		netconf_tell(msg, body, h);
	switch (link_parse(msg, body, &l)) {
	case LINK_CHANGED:
		h->changed(&l);
		break;
	case LINK_GONE:
		h->gone(l.ifindex);
		break;
	case LINK_NOTHING:
		break;
	}
}

static void
dump_finish(struct link_dump *d, const struct ifevent_handler *h, int error)
{
	d->running = 0;
	d->error = error;
	/* Give up after a few tries if links never stop changing: there are
	 * events for those changes, too. */
	if (d->interrupted && ++d->tries < DUMP_TRIES)
		d->wanted = 1;
	if (d->wanted || error != 0)
		return;
	d->tries = 0;
	h->end();
}

void
ifevent_parse(const void *bytes, size_t len, const struct ifevent_handler *h,
    struct link_dump *d)
{
	struct nlbytes body, rest = { bytes, len };
	struct nlmsghdr m;
	int ours;

	while (nl_message(&rest, &m, &body)) {
		ours = d->running && m.nlmsg_seq == d->seq;
		if (ours && m.nlmsg_flags & NLM_F_DUMP_INTR)
			d->interrupted = 1;
		if (m.nlmsg_type == NLMSG_DONE || m.nlmsg_type == NLMSG_ERROR) {
			if (ours)
				dump_finish(d, h, nl_error(body));
		} else
			message_tell(m.nlmsg_type, body, h);
	}
}

static void
dump_start(void)
{
	struct {
		struct nlmsghdr h;
		struct ifinfomsg i;
	} m;

	memset(&m, 0, sizeof(m));
	m.h.nlmsg_len = sizeof(m);
	m.h.nlmsg_type = RTM_GETLINK;
	m.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	m.h.nlmsg_seq = ++dump.seq;
	dump.wanted = dump.interrupted = 0;
	dump.running = 1;
	handler->begin();
	if (send(link_fd, &m, sizeof(m), 0) == -1)
		fatal(EX_OSERR, "list of interfaces");
}

/* Judges why nothing was received.  1: read again; 0: the socket is empty. */
static int
link_dry(void)
{
	switch (errno) {
	case EINTR:
		return 1;
	case ENOBUFS:
		/* The socket's buffer was full and events are lost: read the
		 * full list. */
		dump.wanted = 1;
		return 1;
	case EAGAIN:
		/* Ask for the list only while the socket is empty, because the
		 * answer needs room in its buffer. */
		if (dump.running || !dump.wanted)
			return 0;
		dump_start();
		return 1;
	default:
		fatal(EX_OSERR, "interface events");
	}
}

static void
link_datagram(const uint8_t *buf, size_t len)
{
	if (len > NL_BUFSIZE) {
		len = NL_BUFSIZE;
		if (!dump.running)
			dump.wanted = 1;
	}
	ifevent_parse(buf, len, handler, &dump);
	if (dump.error != 0) {
		errno = dump.error;
		fatal(EX_OSERR, "list of interfaces");
	}
}

/* Reads all messages that are waiting. */
static void
link_read(void)
{
	static uint8_t buf[NL_BUFSIZE];
	struct sockaddr_nl from;
	socklen_t fromlen;
	ssize_t n;

	for (;;) {
		fromlen = sizeof(from);
		n = recvfrom(link_fd, buf, sizeof(buf), MSG_TRUNC,
		    (struct sockaddr *)&from, &fromlen);
		if (n == -1) {
			if (!link_dry())
				return;
			continue;
		}
		/* other processes can send here: listen to the kernel only */
		if (fromlen == sizeof(from) && from.nl_pid == 0)
			link_datagram(buf, n);
	}
}

static void
link_event(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	link_read();
	if (!dump.running)
		handler->done();
}

void
ifevent_open(void)
{
	struct sockaddr_nl sa;
	int size = EVENT_RCVBUF;

	link_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    NETLINK_ROUTE);
	if (link_fd == -1)
		fatal(EX_OSERR, "netlink socket");
	/* If the system's limit is lower, that one is used. */
	(void)setsockopt(link_fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	memset(&sa, 0, sizeof(sa));
	sa.nl_family = AF_NETLINK;
	sa.nl_groups = OUR_GROUPS;
	if (bind(link_fd, (struct sockaddr *)&sa, sizeof(sa)) == -1)
		fatal(EX_OSERR, "bind netlink socket");
}

/* Netlink says when events are lost. */
void
ifevent_expect(int waits)
{
	(void)waits;
}

void
ifevent_start(const struct ifevent_handler *h)
{
	struct pollfd pfd;

	handler = h;
	dump.wanted = 1;
	for (link_read(); dump.running; link_read()) {
		pfd.fd = link_fd;
		pfd.events = POLLIN;
		if (poll(&pfd, 1, DUMP_WAIT) == 0)
			fatalx(EX_OSERR, "no list of interfaces came");
	}
	handler->done();
	event_set(&link_ev, link_fd, EV_READ | EV_PERSIST, link_event, NULL);
	await(&link_ev, NULL);
}
