/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sockets that hold group memberships.
 *
 * The kernel limits the groups of a socket, and the sources of each group
 * there.  It answers ENOBUFS or ENOMEM when the limit is reached; then another
 * socket is used.
 */
#include <sys/types.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "engine/lib/list.h"
#include "engine/lib/pool.h"
#include "engine/out/verbs.h"
#include "engine/sys/group_member.h"
#include "engine/sys/group_report.h"
#include "group_sock.h"

/* Most memberships of one socket: the kernel searches them one by one. */
#define HOLD_MAX 256

/* Descriptors that are left for other uses in this process. */
#define SPARE_DESCRIPTORS 64

/* A group cannot be joined both with and without sources on one socket. */
enum sock_kind { V4, V4_SOURCE, V6, V6_SOURCE, KINDS };

struct sock {
	int fd;
	uint32_t count;	       /* memberships that it holds; 0: free */
	struct list_node node; /* in the list of sockets that may have room */
	uint8_t kind;
	uint8_t roomy; /* node is in its list */
	uint8_t held;  /* the parent has a copy */
};

static struct pool socks = { .size = sizeof(struct sock), .top = 1 };
static struct list rooms[KINDS] = { /* sockets that may have room */
	[V4] = LIST_IN(&socks, sock, node),
	[V4_SOURCE] = LIST_IN(&socks, sock, node),
	[V6] = LIST_IN(&socks, sock, node),
	[V6_SOURCE] = LIST_IN(&socks, sock, node)
};
static uint32_t max_held;

void
group_sock_init(uint32_t max)
{
	max_held = max;
}

static struct sock *
sock_at(uint32_t i)
{
	return pool_at(&socks, i);
}

static enum sock_kind
kind_of(const struct membership *m)
{
	if (addr_af(&m->grp) == AF_INET)
		return addr_is_any(&m->src) ? V4 : V4_SOURCE;
	return addr_is_any(&m->src) ? V6 : V6_SOURCE;
}

/* Puts the socket back on the list of sockets with room.  Each failed join
 * takes one off that list, so joining never tries a full socket again and
 * again. */
static void
room_insert(uint32_t i)
{
	struct sock *s = sock_at(i);

	if (!s->roomy)
		list_prepend(&rooms[s->kind], i);
	s->roomy = 1;
}

static void
room_remove(uint32_t i)
{
	struct sock *s = sock_at(i);

	if (s->roomy)
		list_remove(&rooms[s->kind], i);
	s->roomy = 0;
}

/* 1 when few descriptors are left.  A new descriptor is the lowest free number,
 * so it tells how many are in use. */
static int
is_spare(int fd)
{
	struct rlimit rl;

	return getrlimit(RLIMIT_NOFILE, &rl) == 0 &&
	    (rlim_t)fd + SPARE_DESCRIPTORS >= rl.rlim_cur;
}

static uint32_t
sock_open(enum sock_kind kind)
{
	struct sock *s;
	uint32_t i;
	int fd, af = kind == V6 || kind == V6_SOURCE ? AF_INET6 : AF_INET;

	if ((fd = socket(af, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return 0;
	if (is_spare(fd)) {
		close(fd);
		errno = EMFILE;
		return 0;
	}
	if ((i = pool_get(&socks)) == 0) {
		close(fd);
		errno = ENOMEM;
		return 0;
	}
	s = sock_at(i);
	s->fd = fd;
	s->kind = kind;
	room_insert(i);
	/* without a copy the kernel sends a leave when this engine dies */
	if (i < max_held && (fd = fcntl(fd, F_DUPFD_CLOEXEC, 0)) != -1) {
		s->held = 1;
		verbs_hold(i, fd);
	}
	return i;
}

static void
sock_close(uint32_t i)
{
	room_remove(i);
	if (sock_at(i)->held)
		verbs_unhold(i);
	close(sock_at(i)->fd);
	pool_put(&socks, i);
}

/* 0, or -1 with errno. */
static int
sock_join(uint32_t i, const struct membership *m)
{
	struct sock *s = sock_at(i);

	if (group_member_join(s->fd, m) == -1) {
		errno = group_member_error(s->fd, m, errno);
		return -1;
	}
	if (++s->count >= HOLD_MAX)
		room_remove(i);
	return 0;
}

uint32_t
group_sock_join(const struct membership *m)
{
	enum sock_kind kind = kind_of(m);
	uint32_t i;
	int saved;

	while ((i = rooms[kind].head) != 0) {
		if (sock_join(i, m) == 0)
			return i;
		if (errno != ENOBUFS && errno != ENOMEM)
			return 0;
		room_remove(i);
	}
	if ((i = sock_open(kind)) == 0)
		return 0;
	if (sock_join(i, m) == 0)
		return i;
	saved = errno;
	sock_close(i);
	errno = saved;
	return 0;
}

static void
release(uint32_t i)
{
	if (--sock_at(i)->count == 0)
		sock_close(i);
	else
		room_insert(i);
}

/* Leaves the group with all its sources. */
static void
leave_group(const struct sock *s, const struct membership *m)
{
	struct membership whole = *m;

	memset(&whole.src, 0, sizeof(whole.src));
	(void)group_member_leave(s->fd, &whole);
}

void
group_sock_leave(uint32_t i, const struct membership *m)
{
	struct sock *s = sock_at(i);

	/* the interface is gone, and its event has not been read yet */
	if (group_member_leave(s->fd, m) == -1 && errno == ENODEV)
		leave_group(s, m);
	release(i);
}

/* The socket still lists the membership.  With the interface gone a single
 * source cannot be left, only the whole group. */
void
group_sock_forget(uint32_t i, const struct membership *m)
{
	leave_group(sock_at(i), m);
	release(i);
}

int
group_sock_report(uint32_t i, const struct membership *m)
{
	return group_report(sock_at(i)->fd, m);
}
