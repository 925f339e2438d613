/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What a daemon leaves to the next one.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <errno.h>
#include <event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/await.h"
#include "common/log.h"
#include "daemon.h"
#include "handover.h"
#include "hold.h"
#include "memory.h"
#include "notify.h"
#include "role.h"
#include "settings.h"

#define FIRST_PASSED 3	/* of a service manager's descriptors */
#define VERSION	     3	/* of struct left, and of messages */
#define PATIENCE     10 /* seconds, for one message */
#define TAKE_TIME    30 /* ... until the next one does the work */
#define JOURNAL_SIZE (128 << 20)
#define TABLE_SIZE   (1 << 30)

enum message {
	TAKE = 1, /* to the one that runs: struct asks */
	THING,	  /* to the next one: id is an enum handover, or MAX: held */
	END,	  /* ... that was all */
	DONE,	  /* to the one that runs: end; and back: it does */
	TOO_LATE, /* to the next one: it goes on itself */
	REFUSED	  /* to one that asks: id is an enum reason */
};

/* One asks at a time, and of a daemon that is ready. */
enum reason { BUSY, OTHER_VERSION, OTHER_NAMESPACE, REASON_MAX };

static const char *const reasons[REASON_MAX] = {
	"another daemon takes over or starts there",
	"it is of another version",
	"it routes in another network namespace",
};

struct asks {
	uint32_t version, unused;
	uint64_t network;
};

static const char *const names[HANDOVER_MAX] = { "mroute4", "mroute6", "gate",
	"journal", "entries", "control", "takeover" };

/* Descriptors plus one, so that 0 is none. */
static int from_last[HANDOVER_MAX], for_next[HANDOVER_MAX];
static struct left *left;
static int is_heir;
static int is_settled; /* this daemon does the work, and may hand it over */

/* The next one, while we wait for it to be ready; the last one likewise. */
static struct peer next;
static struct imsgbuf last;
static struct event asked, too_late;
static struct role *roles[2];
static void (*end)(int);

static int
is_held(const char *name)
{
	return strncmp(name, HOLD_NAME, strlen(HOLD_NAME)) == 0;
}

static void
inherit(unsigned int which, const char *name, int fd)
{
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return; /* it was only said to be there */
	if (which == HANDOVER_MAX)
		hold_inherit(fd, name);
	else if (which < HANDOVER_MAX && from_last[which] == 0)
		from_last[which] = fd + 1;
	else
		close(fd);
}

int
handover_passed(void)
{
	const char *pid = getenv("LISTEN_PID"), *errstr;
	const char *count = getenv("LISTEN_FDS"), *list;
	char *copy, *rest, *name;
	unsigned int which;
	int i, n = 0;

	if (pid == NULL || count == NULL ||
	    strtonum(pid, 1, INT32_MAX, &errstr) != getpid())
		return 0;
	n = strtonum(count, 0, INT32_MAX - FIRST_PASSED, &errstr);
	if ((list = getenv("LISTEN_FDNAMES")) == NULL)
		list = "";
	if ((copy = rest = strdup(list)) == NULL)
		return 0;
	for (i = 0; i < n; i++) {
		if ((name = strsep(&rest, ":")) == NULL)
			name = ""; /* of nothing that we have stored */
		for (which = 0; which < HANDOVER_MAX; which++)
			if (strcmp(names[which], name) == 0)
				break;
		if (which == HANDOVER_MAX && !is_held(name))
			which++;
		inherit(which, name, FIRST_PASSED + i);
	}
	free(copy);
	return n;
}

/* The socket's path; 0: too long to be one. */
static int
path_of(char *path, size_t size)
{
	return (size_t)snprintf(path, size, "%s.next", settings.sock) < size;
}

/* The network namespace that this process is in; 0: the system has none. */
static uint64_t
network(void)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) == 0 ? st.st_ino : 0;
}

/* -1: there is no daemon of root's to ask. */
static int
connect_last(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct timeval tv = { .tv_sec = PATIENCE };
	uid_t uid = 0;
	gid_t gid;
	int fd = -1;

	if (path_of(sun.sun_path, sizeof(sun.sun_path)) &&
	    (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) != -1 &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)) == 0 &&
	    connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0 &&
	    getpeereid(fd, &uid, &gid) == 0 && uid == 0)
		return fd;
	log_notice("nothing to take over: %s: %s", sun.sun_path,
	    uid != 0 ? "not root's" : strerror(errno));
	if (fd != -1)
		close(fd);
	return -1;
}

static void
ask_last(void)
{
	struct asks asks = { VERSION, 0, network() };
	struct imsg imsg;
	uint32_t id;
	int fd, n;

	if ((fd = connect_last()) == -1)
		return;
	imsgbuf_init(&last, fd);
	imsgbuf_allow_fdpass(&last);
	/* it may have refused already, and not read this */
	if (imsg_compose(&last, TAKE, 0, 0, -1, &asks, sizeof(asks)) != -1)
		(void)imsgbuf_flush(&last);
	for (;;) {
		while ((n = imsgbuf_get(&last, &imsg)) == 1) {
			if (imsg_get_type(&imsg) == END)
				return;
			id = imsg_get_id(&imsg);
			if (imsg_get_type(&imsg) == REFUSED && id < REASON_MAX)
				fatalx(EX_UNAVAILABLE,
				    "the daemon that runs does not hand over: "
				    "%s",
				    reasons[id]);
			fd = imsg_get_fd(&imsg);
			if (imsg_get_type(&imsg) == THING && fd != -1)
				inherit(imsg_get_id(&imsg), "", fd);
		}
		errno = 0;
		if (n == -1 || imsgbuf_read(&last) != 1 || errno == EAGAIN)
			fatalx(EX_UNAVAILABLE,
			    "the daemon that runs does not hand over");
	}
}

/* Two of us, of which one is to do the work: the other leaves what is there. */
int
handover_is_on(void)
{
	return last.fd > 0 ||
	    (peer_is_open(&next) && role_is_paused(roles[0]) &&
		role_is_paused(roles[1]));
}

int
handover_take(enum handover which)
{
	int fd = from_last[which] - 1;

	from_last[which] = 0;
	return fd;
}

static int
map_left(int fd)
{
	if (fd == -1)
		left = calloc(1, sizeof(*left));
	else
		left = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
	return left == NULL || left == MAP_FAILED ? -1 : 0;
}

/* What we have found goes together, and is of our table. */
static int
is_ours(int fd)
{
	struct stat st;

	return fd != -1 && fstat(fd, &st) == 0 && st.st_size == sizeof(*left) &&
	    map_left(fd) == 0 && left->version == VERSION &&
	    left->table == settings.table && left->network == network() &&
	    left->upcalls.first < UPCALL_CREDIT &&
	    left->upcalls.n <= UPCALL_CREDIT;
}

static void
forget(enum handover which)
{
	notify("FDSTOREREMOVE=1\nFDNAME=%s", names[which]);
}

static void
begin_anew(void)
{
	unsigned int i;
	int fd;

	for (i = 0; i < HANDOVER_MAX; i++)
		if (i != HANDOVER_CONTROL && i != HANDOVER_SOCKET &&
		    (fd = handover_take(i)) != -1) {
			close(fd);
			/* or the kernel's routing would stay in use by it */
			forget(i);
		}
	hold_settled();
	fd = memory_create("gate", sizeof(*left));
	if (map_left(fd) == -1 || left == NULL)
		fatal(EX_OSERR, "gate");
	left->version = VERSION;
	left->table = settings.table;
	left->network = network();
	handover_leave(HANDOVER_GATE, fd);
}

struct left *
handover_open(struct role *engine, struct role *control, void (*f)(int))
{
	int fd, v6;

	roles[0] = engine;
	roles[1] = control;
	end = f;
	if (settings.take_over)
		ask_last();
	fd = handover_take(HANDOVER_GATE);
	if (!(is_heir = is_ours(fd))) {
		if (fd != -1)
			close(fd);
		begin_anew();
		return left;
	}
	handover_leave(HANDOVER_GATE, fd);
	for (v6 = 0; v6 <= 1; v6++)
		if (from_last[HANDOVER_MROUTE4 + v6] == 0)
			memset(left->gate.ifindex[v6], 0,
			    sizeof(left->gate.ifindex[v6]));
	return left;
}

int
handover_is_heir(void)
{
	return is_heir;
}

int
handover_memory(enum handover which)
{
	int fd = handover_take(which);

	if (fd == -1)
		fd = memory_create(names[which],
		    which == HANDOVER_TABLE ? TABLE_SIZE : JOURNAL_SIZE);
	handover_leave(which, fd);
	return fd;
}

void
handover_leave(enum handover which, int fd)
{
	if (fd == -1)
		return;
	for_next[which] = fd + 1;
	forget(which); /* whatever there is of this name is of another life */
	notify_fd(fd, "FDSTORE=1\nFDPOLL=0\nFDNAME=%s", names[which]);
}

static void
give_held(int fd)
{
	peer_send(&next, THING, HANDOVER_MAX, dup(fd), NULL, 0);
}

static void
hand_over(struct role *r)
{
	uint32_t i;

	(void)r;
	if (!role_is_paused(roles[0]) || !role_is_paused(roles[1]) ||
	    !peer_is_open(&next))
		return;
	for (i = 0; i < HANDOVER_MAX; i++)
		if (for_next[i] != 0)
			peer_send(&next, THING, i, dup(for_next[i] - 1), NULL,
			    0);
	hold_each(give_held);
	peer_send(&next, END, 0, -1, NULL, 0);
}

/* Tells one that asks why it gets nothing. */
static void
refuse(int fd, enum reason why)
{
	struct imsgbuf ib;

	log_notice("not handed over to another daemon: %s", reasons[why]);
	if (imsgbuf_init(&ib, fd) == -1)
		return;
	if (imsg_compose(&ib, REFUSED, why, 0, -1, NULL, 0) != -1)
		(void)imsgbuf_write(&ib);
	imsgbuf_clear(&ib);
}

static int
next_dispatch(struct peer *p, struct imsg *imsg)
{
	struct asks asks;
	int i, why;

	switch (imsg_get_type(imsg)) {
	case TAKE:
		why = imsg_get_data(imsg, &asks, sizeof(asks)) == -1 ||
			asks.version != VERSION ?
		    OTHER_VERSION :
		    asks.network != left->network ? OTHER_NAMESPACE :
						    REASON_MAX;
		if (why != REASON_MAX) {
			refuse(p->ibuf.fd, why);
			peer_close(p);
			evtimer_del(&too_late);
			return 0;
		}
		log_notice("handing over to another daemon");
		for (i = 0; i < 2; i++)
			role_pause(roles[i], hand_over);
		return 0;
	case DONE:
		peer_send(p, DONE, 0, -1, NULL, 0);
		if (imsgbuf_write(&p->ibuf) == -1 || peer_queue(p) > 0)
			return -1; /* it is gone meanwhile */
		log_notice("another daemon does the work now");
		daemon_disown();
		end(0);
	}
	return -1;
}

static void
next_gone(struct peer *p, const char *why)
{
	int i;

	(void)p;
	evtimer_del(&too_late);
	log_warnx("the other daemon does not do the work: %s", why);
	for (i = 0; i < 2; i++)
		role_resume(roles[i]);
}

static void
next_hangs(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	peer_send(&next, TOO_LATE, 0, -1, NULL, 0);
	(void)imsgbuf_write(&next.ibuf);
	peer_close(&next);
	next_gone(&next, "too late");
}

/* 0: there is nobody who asks. */
static int
accept_one(int lfd)
{
	static const struct timeval tv = { .tv_sec = TAKE_TIME };
	uid_t uid;
	gid_t gid;
	int fd;

	/* cppcheck-suppress nullPointer ; accept4(2) need not say who it is */
	if ((fd = accept4(lfd, NULL, NULL, SOCK_CLOEXEC)) == -1)
		return 0;
	if (getpeereid(fd, &uid, &gid) == 0 && uid == 0) {
		if (is_settled && !peer_is_open(&next)) {
			peer_open(&next, fd);
			await(&too_late, &tv);
			return 1;
		}
		refuse(fd, BUSY);
	}
	close(fd);
	return 1;
}

static void
accept_next(int lfd, short what, void *arg)
{
	(void)what;
	(void)arg;
	(void)accept_one(lfd);
}

int
handover_listen(void)
{
	static char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	int fd, control;

	control = daemon_listen(settings.sock, settings.uid, settings.gid,
	    handover_take(HANDOVER_CONTROL));
	handover_leave(HANDOVER_CONTROL, control);
	if (path_of(path, sizeof(path))) {
		fd = daemon_listen(path, 0, 0, handover_take(HANDOVER_SOCKET));
		handover_leave(HANDOVER_SOCKET, fd);
		next.name = "next";
		next.dispatch = next_dispatch;
		next.gone = next_gone;
		event_set(&asked, fd, EV_READ | EV_PERSIST, accept_next, NULL);
		await(&asked, NULL);
		evtimer_set(&too_late, next_hangs, NULL);
	}
	return control;
}

/* The last daemon's log and pid file are done when it hangs up.  One that would
 * not wait does the work itself, and one that says nothing may; but not one
 * that has died. */
static void
end_last(void)
{
	struct imsg imsg;
	int n;

	if (last.fd <= 0)
		return;
	if (imsg_compose(&last, DONE, 0, 0, -1, NULL, 0) != -1)
		(void)imsgbuf_flush(&last);
	n = imsgbuf_read(&last);
	if (n == 0 || (n == -1 && errno == ECONNRESET))
		log_warnx("the daemon before this has died");
	else if (n == 1 && imsgbuf_get(&last, &imsg) == 1 &&
	    imsg_get_type(&imsg) == DONE)
		(void)imsgbuf_read(&last); /* however it ends: it does */
	else
		fatalx(EX_UNAVAILABLE, "too late to take over");
	close(last.fd);
	imsgbuf_clear(&last);
	last.fd = -1;
}

/* Daemons that asked before this one was ready are not to take over from it. */
void
handover_done(void)
{
	end_last();
	while (accept_one(for_next[HANDOVER_SOCKET] - 1))
		;
	is_settled = 1;
}
