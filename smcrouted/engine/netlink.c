/*
 * Questions to the kernel by rtnetlink, and its answers.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>

#include "../../common/log.h"
#include "netlink.h"

#define ANSWER_WAIT 1 /* s; the kernel answers within send(2) */

static int fd = -1;
static uint32_t seq;

void
nl_open(void)
{
	struct timeval tv = { .tv_sec = ANSWER_WAIT };
	int on = 1;

	/* an earlier user of the number must not be mistaken for us */
	seq = arc4random();
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)) == -1)
		fatal(EX_OSERR, "netlink socket");
	/* lets the kernel leave out what was not asked for; we do, too */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on,
	    sizeof(on));
}

int
nl_ask(struct nlmsghdr *h)
{
	h->nlmsg_flags |= NLM_F_REQUEST;
	h->nlmsg_seq = ++seq;
	return send(fd, h, h->nlmsg_len, 0) == -1 ? -1 : 0;
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
		n = recvfrom(fd, buf, NL_BUFSIZE, 0, (struct sockaddr *)&from,
		    &fromlen);
		if (n == -1 && errno != EINTR)
			return -1;
	} while (n == -1 || fromlen != sizeof(from) || from.nl_pid != 0);
	bytes->p = buf;
	bytes->len = n;
	return 0;
}

int
nl_answer(nl_message_fn *f, void *arg)
{
	static uint8_t buf[NL_BUFSIZE];
	struct nlbytes rest, body;
	struct nlmsghdr h;

	for (;;) {
		if (receive(buf, &rest) == -1)
			return -1;
		while (nl_message(&rest, &h, &body)) {
			/* a late answer to an earlier question */
			if (h.nlmsg_seq != seq)
				continue;
			if (h.nlmsg_type == NLMSG_ERROR ||
			    h.nlmsg_type == NLMSG_DONE) {
				errno = nl_error(body);
				return errno == 0 ? 0 : -1;
			}
			f(&h, body, arg);
			if (!(h.nlmsg_flags & NLM_F_MULTI))
				return 0;
		}
	}
}
