/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The control process between clients of any kind and an engine that comes and
 * goes.  The engine must see well-formed requests, one at a time from each
 * client and with the rights of its user.  A client that sends anything else is
 * disconnected, other clients are served, and all queues are bounded.
 */
#include <sys/socket.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "common/ctl.h"
#include "common/log.h"
#include "common/peer.h"
#include "common/wire.h"
#include "control/control.h"
#include "fake_event.h"
#include "fuzz.h"

#define FIRST_FD    1000 /* descriptors that there are none of */
#define MAXCONN	    96
#define MAX_CLIENTS 64 /* as client.c has them */
#define MAX_SAME    8
#define OWNER	    4711
#define MAXREQUEST  (MAX_IMSGSIZE - 4 - IMSG_HEADER_SIZE)

/* A connection, as seen from the client. */
struct conn {
	uid_t uid;
	int open;
	int hung_up; /* by us */
	int excused; /* disconnected for another reason than its messages */
	uint8_t *sent;
	size_t nsent, nread; /* bytes */
	uint32_t id;	     /* its number in control */
	int busy;	     /* the engine has its request */
	unsigned int nrequests, nheard, nends;
	uint8_t head[IMSG_HEADER_SIZE]; /* of what it is answered */
	size_t got, body;
};

static struct conn conns[MAXCONN];
static unsigned int nconns;
static int before[MAXCONN]; /* who was there */
static int engine_is_there;
static size_t room; /* in the client's socket */

int __wrap_close(int);
int __real_close(int);
int __wrap_fcntl(int, int, ...);
ssize_t __wrap_recvmsg(int, struct msghdr *, int);
ssize_t __wrap_sendmsg(int, const struct msghdr *, int);

static UNSEEN struct conn *
conn_of(int fd)
{
	MUST(fd >= FIRST_FD && fd - FIRST_FD < (int)nconns);
	MUST(conns[fd - FIRST_FD].open);
	return &conns[fd - FIRST_FD];
}

static UNSEEN int
fd_of(const struct conn *c)
{
	return FIRST_FD + (c - conns);
}

UNSEEN int
__wrap_close(int fd)
{
	if (fd < FIRST_FD)
		return __real_close(fd);
	conn_of(fd)->open = 0;
	return 0;
}

UNSEEN int
__wrap_fcntl(int fd, int op, ...)
{
	(void)conn_of(fd);
	return op == F_GETFL ? O_RDWR : 0;
}

UNSEEN ssize_t
__wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
	struct conn *c = conn_of(fd);
	size_t n = c->nsent - c->nread;

	(void)flags;
	msg->msg_controllen = 0;
	msg->msg_flags = 0;
	if (n == 0) {
		errno = EAGAIN;
		return c->hung_up ? 0 : -1;
	}
	n = n < msg->msg_iov[0].iov_len ? n : msg->msg_iov[0].iov_len;
	memcpy(msg->msg_iov[0].iov_base, c->sent + c->nread, n);
	c->nread += n;
	return n;
}

/* One message of the answer, of which the head was read. */
static void
hear(struct conn *c)
{
	struct imsg_hdr h;

	memcpy(&h, c->head, sizeof(h));
	MUST(h.len >= sizeof(h) && h.len <= MAX_IMSGSIZE);
	c->body = h.len - sizeof(h);
	switch (h.type) {
	case CTL_HELLO:
		MUST(c->nheard == 0);
		break;
	case CTL_ROW:
	case CTL_NOTE:
	case CTL_FAIL:
		break;
	case CTL_END:
		c->nends++;
		break;
	default:
		MUST(0);
	}
	c->nheard++;
}

static UNSEEN void
read_answer(struct conn *c, const uint8_t *p, size_t n)
{
	size_t k;

	for (; n > 0; p += k, n -= k) {
		if (c->body > 0) {
			k = n < c->body ? n : c->body;
			c->body -= k;
			continue;
		}
		k = sizeof(c->head) - c->got;
		k = n < k ? n : k;
		memcpy(c->head + c->got, p, k);
		c->got += k;
		if (c->got == sizeof(c->head)) {
			hear(c);
			c->got = 0;
		}
	}
}

UNSEEN ssize_t
__wrap_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	struct conn *c = conn_of(fd);
	size_t n = msg->msg_iov[0].iov_len;

	MUST(flags & MSG_NOSIGNAL && flags & MSG_DONTWAIT);
	MUST(msg->msg_controllen == 0);
	if (c->hung_up) {
		errno = EPIPE;
		return -1;
	}
	if (room == 0) {
		errno = EAGAIN;
		return -1;
	}
	n = n < room ? n : room;
	room -= n;
	read_answer(c, msg->msg_iov[0].iov_base, n);
	return n;
}

/*
 * What the engine is given
 */
static int
is_show(unsigned int kind)
{
	return kind == CTL_SHOW_ROUTES || kind == CTL_SHOW_GROUPS ||
	    kind == CTL_SHOW_INTERFACES || kind == CTL_SHOW_PENDING;
}

/* As ctl.h says; *show: it changes nothing. */
static UNSEEN int
is_request(const uint8_t *p, size_t len, int *show)
{
	struct ctl_cmd c;
	unsigned int n = 0;

	*show = 0;
	if (len == 0 || len > MAXREQUEST)
		return 0;
	for (; len > 0; p += c.len, len -= c.len, n++) {
		if (len < sizeof(c) || *show)
			return 0;
		memcpy(&c, p, sizeof(c));
		if (c.len < sizeof(c) || c.len > len || c.kind < CTL_ADD ||
		    c.kind >= CTL_KIND_MAX)
			return 0;
		if (c.len > sizeof(c) && p[c.len - 1] != 0)
			return 0;
		if (is_show(c.kind) && n > 0)
			return 0;
		*show = is_show(c.kind);
	}
	return 1;
}

static UNSEEN struct conn *
conn_by_id(uint32_t id)
{
	unsigned int i;

	for (i = 0; i < nconns; i++)
		if (conns[i].id == id)
			return &conns[i];
	return NULL;
}

static UNSEEN int
may_change(const struct conn *c)
{
	return c->uid == 0 || c->uid == OWNER;
}

int
engine_send(uint32_t type, uint32_t id, const void *data, size_t len)
{
	struct conn *c = conn_by_id(id);
	uint32_t rights;
	int show;

	if (type != IMSG_CTL_REQUEST) {
		MUST(type == IMSG_CTL_MORE || type == IMSG_CTL_GONE);
		MUST(len == 0 && c != NULL && c->busy);
		if (type == IMSG_CTL_GONE)
			c->busy = 0;
		return engine_is_there ? 0 : -1;
	}
	MUST(c != NULL && c->open && len > sizeof(rights));
	memcpy(&rights, data, sizeof(rights));
	MUST(is_request((const uint8_t *)data + sizeof(rights),
	    len - sizeof(rights), &show));
	MUST(rights == (uint32_t)may_change(c) && (rights || show));
	if (!engine_is_there)
		return -1;
	MUST(!c->busy);
	c->busy = 1;
	c->nrequests++;
	return 0;
}

/*
 * What happens
 */
static UNSEEN void
check_bounds(void)
{
	unsigned int i, total = 0, same = 0;

	for (i = 0; i < nconns; i++) {
		total += conns[i].open;
		same += conns[i].open && conns[i].uid == conns[nconns - 1].uid;
	}
	MUST(total <= MAX_CLIENTS && same <= MAX_SAME);
}

static UNSEEN void
remember(void)
{
	unsigned int i;

	for (i = 0; i < nconns; i++)
		before[i] = conns[i].open;
}

/* A client that is gone has not sent anything wrong. */
static UNSEEN void
excuse(void)
{
	unsigned int i;

	for (i = 0; i < nconns; i++)
		if (before[i] && !conns[i].open)
			conns[i].excused = 1;
}

static void
connect_as(uid_t uid)
{
	static uint32_t last_id;
	struct conn *c;
	int rc;

	if (nconns == MAXCONN)
		return;
	remember();
	rc = clients_room(uid);
	excuse();
	if (rc == -1)
		return;
	c = &conns[nconns++];
	memset(c, 0, sizeof(*c));
	c->uid = uid;
	c->open = 1;
	c->id = ++last_id;
	client_open(fd_of(c), uid);
	check_bounds();
}

/* Answers may also go to a client that has no request, or is gone. */
static void
answer(struct conn *c, uint32_t type, size_t len)
{
	uint32_t status = CTL_OK;
	struct imsg m = { .fd = -1 };
	uint8_t *row = NULL;

	if (type == IMSG_CTL_MORE)
		len = 0;
	if (type == CTL_END) {
		len = sizeof(status);
		c->busy = 0;
	} else {
		row = calloc(1, len + 1);
		MUST(row != NULL);
	}
	m.hdr.type = type;
	m.hdr.peerid = c->id;
	m.data = type == CTL_END ? (uint8_t *)&status : row;
	m.len = len;
	remember();
	client_answer(&m);
	excuse(); /* too much for it to read */
	free(row);
}

static void
engine_comes_or_goes(void)
{
	unsigned int i;

	engine_is_there = !engine_is_there;
	if (engine_is_there) {
		clients_engine_up();
		return;
	}
	for (i = 0; i < nconns; i++)
		conns[i].busy = 0;
	clients_engine_down();
}

static void
send_bytes(struct conn *c, struct input *in)
{
	size_t n = in_u8(in), len;
	const uint8_t *p;

	if (n == 255)
		n = in_u16(in);
	p = in_bytes(in, n, &len);
	if (c->hung_up || len == 0)
		return;
	c->sent = realloc(c->sent, c->nsent + len);
	MUST(c->sent != NULL);
	memcpy(c->sent + c->nsent, p, len);
	c->nsent += len;
	fake_io(fd_of(c), EV_READ);
}

static void
step(struct input *in)
{
	static const uid_t uids[] = { 0, OWNER, 1000, 1001 };
	static const uint32_t types[] = { CTL_ROW, CTL_FAIL, CTL_NOTE, CTL_END,
		IMSG_CTL_MORE, CTL_END, CTL_END, CTL_END };
	uint8_t op = in_u8(in), n = in_u8(in);
	struct conn *c = nconns > 0 ? &conns[n % nconns] : NULL;

	if (op % 8 == 0 || c == NULL) {
		connect_as(n < 128 ? uids[n % 4] : n);
		return;
	}
	room = in_u8(in);
	room = room == 255 ? SIZE_MAX : room * 16;
	switch (op % 8) {
	case 1:
	case 2:
		send_bytes(c, in);
		break;
	case 3:
		fake_io(fd_of(c), EV_READ | EV_WRITE);
		break;
	case 4:
		answer(c, types[op >> 3 & 7], in_u16(in) % MAXREQUEST);
		break;
	case 5:
		engine_comes_or_goes();
		break;
	case 6:
		c->hung_up = c->excused = 1;
		break;
	case 7:
		remember();
		fake_timer(op >> 3);
		excuse();
		break;
	}
}

/*
 * What should have happened
 */

/* Reads all that the client has sent; -1: it broke the rules. */
static int
judge(const struct conn *c, unsigned int *nrequests, unsigned int *nallowed)
{
	const uint8_t *p = c->sent;
	struct imsg_hdr h;
	uint32_t version;
	size_t left = c->nsent, len;
	int greeted = 0, show;

	*nrequests = *nallowed = 0;
	for (; left >= sizeof(h); p += h.len, left -= h.len) {
		memcpy(&h, p, sizeof(h));
		len = h.len & 0x7fffffff;
		if (len < sizeof(h) || len > MAX_IMSGSIZE - 4)
			return -1;
		if (len > left)
			return 0;
		if (h.len != len || greeted != (h.type != CTL_HELLO))
			return -1;
		len -= sizeof(h);
		if (h.type == CTL_HELLO) {
			if (len != sizeof(version) ||
			    memcmp(p + sizeof(h), &(uint32_t){ CTL_VERSION },
				sizeof(version)) != 0)
				return -1;
			greeted = 1;
			continue;
		}
		if (h.type != CTL_REQUEST ||
		    !is_request(p + sizeof(h), len, &show))
			return -1;
		++*nrequests;
		*nallowed += show || may_change(c);
	}
	return 0;
}

/* The engine answers all, everybody reads. */
static UNSEEN void
settle(void)
{
	unsigned int i;
	int moved;

	room = SIZE_MAX;
	if (!engine_is_there)
		engine_comes_or_goes();
	do {
		moved = 0;
		for (i = 0; i < nconns; i++) {
			if (!conns[i].open)
				continue;
			if (conns[i].busy) {
				answer(&conns[i], CTL_END, 0);
				moved = 1;
			}
			if (conns[i].nread < conns[i].nsent || conns[i].hung_up)
				moved |= fake_io(fd_of(&conns[i]), EV_READ);
			if (conns[i].open)
				moved |= fake_io(fd_of(&conns[i]), EV_WRITE);
		}
	} while (moved);
}

static UNSEEN void
check_all(void)
{
	struct conn *c;
	unsigned int nrequests, nallowed;
	int rc;

	for (c = conns; c < conns + nconns; c++) {
		MUST(!c->hung_up || !c->open);
		if (c->excused)
			continue;
		rc = judge(c, &nrequests, &nallowed);
		MUST(c->open == (rc == 0));
		if (rc == -1)
			continue;
		MUST(c->nread == c->nsent);
		MUST(c->nends == nrequests && c->nrequests == nallowed);
		MUST(c->got == 0 && c->body == 0);
	}
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	log_setlevel(-1);
	clients_owner(OWNER);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	unsigned int i;

	nconns = 0;
	engine_is_there = 1;
	while (in.len > 0) {
		step(&in);
		/* of each its socket and its timer */
		MUST(fake_waiting() <= 2 * MAX_CLIENTS);
	}
	settle();
	check_all();
	for (i = 0; i < nconns; i++)
		conns[i].hung_up = 1;
	settle();
	MUST(fake_waiting() == 0);
	for (i = 0; i < nconns; i++) {
		MUST(!conns[i].open);
		free(conns[i].sent);
	}
	return 0;
}
