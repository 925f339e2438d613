/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * On the BSDs no setting of an interface keeps multicast from being forwarded,
 * and sources are not checked.  The routing socket tells the way to a source.
 */
#include <sys/param.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <netinet/in.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "netconf.h"

#define PATIENCE 100 /* ms; the kernel answers within write(2) */

/* An address of a message takes a multiple of this. */
#ifdef __NetBSD__
#define UNIT sizeof(uint64_t)
#else
#define UNIT sizeof(long)
#endif
#define SPACE(len) (((len) + UNIT - 1) / UNIT * UNIT)

static int sock = -1;

int
netconf_read(void (*f)(uint32_t, const struct netconf *, void *), void *arg)
{
	(void)f;
	(void)arg;
	return 0;
}

int
netconf_admits(uint32_t ifindex, const struct addr *src)
{
	(void)ifindex;
	(void)src;
	return 1;
}

struct question {
	struct rt_msghdr h;
	char addrs[2 * sizeof(struct sockaddr_storage)];
};

/* NetBSD tells the interface only if the question has RTA_IFP, and refuses one
 * whose length is not that of whole addresses. */
static size_t
make_question(struct question *q, const struct addr *a, int seq)
{
	struct sockaddr_dl ifp = { .sdl_len = sizeof(ifp),
		.sdl_family = AF_LINK };
	struct sockaddr_storage dst;

	memset(q, 0, sizeof(*q));
	addr_to_sockaddr(a, &dst);
	memcpy(q->addrs, &dst, dst.ss_len);
	memcpy(q->addrs + SPACE(dst.ss_len), &ifp, sizeof(ifp));
	q->h.rtm_msglen = sizeof(q->h) + SPACE(dst.ss_len) + SPACE(sizeof(ifp));
	q->h.rtm_version = RTM_VERSION;
	q->h.rtm_type = RTM_GET;
	q->h.rtm_addrs = RTA_DST | RTA_IFP;
	q->h.rtm_seq = seq;
	return q->h.rtm_msglen;
}

/* Reads up to the answer.  Others get it, too, as everybody's messages. */
static uint32_t
read_answer(int seq)
{
	union {
		struct rt_msghdr h;
		char b[2048];
	} buf;
	struct pollfd pfd = { .fd = sock, .events = POLLIN };
	ssize_t n;

	while (poll(&pfd, 1, PATIENCE) == 1 &&
	    (n = read(sock, &buf, sizeof(buf))) > 0) {
		if (n < (ssize_t)sizeof(buf.h) || buf.h.rtm_type != RTM_GET ||
		    buf.h.rtm_seq != seq || buf.h.rtm_pid != getpid())
			continue;
		if (buf.h.rtm_errno != 0)
			return 0;
		return buf.h.rtm_flags & RTF_LOCAL ? UINT32_MAX :
						     buf.h.rtm_index;
	}
	return 0;
}

void
netconf_prepare(void)
{
	sock = socket(PF_ROUTE, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* What has come meanwhile is not for us, and may leave no room. */
static void
drain(void)
{
	char buf[2048];

	while (read(sock, buf, sizeof(buf)) != -1 || errno == ENOBUFS)
		;
}

uint32_t
netconf_way_to(const struct addr *a)
{
	static int seq;
	struct question q;
	size_t len = make_question(&q, a, ++seq);

	if (sock == -1)
		return 0;
	drain();
	return write(sock, &q, len) == (ssize_t)len ? read_answer(seq) : 0;
}
