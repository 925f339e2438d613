/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What a daemon leaves to the next one.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <errno.h>
#include <event.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/await.h"
#include "common/log.h"
#include "daemon.h"
#include "handover_link.h"
#include "hold.h"
#include "notify.h"
#include "role.h"
#include "settings.h"
#include "state.h"

#define TAKE_TIME 30 /* seconds that the next daemon has to be ready */

static struct left *left;
static int is_settled; /* this daemon does the work, and may hand it over */

/* The daemon that takes over from this one, and the daemon that this one takes
 * over from: each while the two wait for each other. */
static struct peer next;
static struct imsgbuf last;
static struct event asked, too_late;
static struct role *roles[2];
static void (*end)(int);

/* Two daemons run, and one of them is to do the work.  The other one leaves the
 * sockets and the pid file where they are. */
int
handover_is_on(void)
{
	return last.fd > 0 ||
	    (peer_is_open(&next) && role_is_paused(roles[0]) &&
		role_is_paused(roles[1]));
}

static void
store(enum handover which)
{
	/* the manager may keep one of an earlier daemon by this name */
	notify("FDSTOREREMOVE=1\nFDNAME=%s", handover_names[which]);
	if (state.fd[which] != -1)
		notify_fd(state.fd[which], "FDSTORE=1\nFDPOLL=0\nFDNAME=%s",
		    handover_names[which]);
}

static void
map_left(void)
{
	left = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED,
	    state.fd[HANDOVER_GATE], 0);
	if (left == MAP_FAILED)
		fatal(EX_OSERR, "gate");
	if (state.is_heir)
		return;
	left->version = HANDOVER_VERSION;
	left->table = settings.table;
	left->network = state.network;
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
		if (state.fd[i] != -1)
			peer_send(&next, THING, i, dup(state.fd[i]), NULL, 0);
	hold_each(give_held);
	peer_send(&next, END, 0, -1, NULL, 0);
}

/* Tells a daemon that asks to take over why it may not. */
static void
refuse(int fd, enum reason why)
{
	struct imsgbuf ib;

	log_notice("not handed over to another daemon: %s",
	    handover_reasons[why]);
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
			asks.version != HANDOVER_VERSION ?
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
			return -1; /* the next daemon is gone meanwhile */
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

/* Accepts one daemon that asks to take over.  0: there is none. */
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
		if (is_settled && !peer_is_open(&next) &&
		    peer_try(&next, fd) == 0) {
			imsgbuf_allow_send(&next.ibuf);
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

struct left *
handover_begin(struct role *engine, struct role *control, void (*f)(int))
{
	int i;

	roles[0] = engine;
	roles[1] = control;
	end = f;
	map_left();
	for (i = 0; i < HANDOVER_MAX; i++)
		store(i);
	if (state.fd[STATE_LAST] != -1 &&
	    imsgbuf_init(&last, state.fd[STATE_LAST]) == -1)
		fatal(EX_OSERR, "imsgbuf_init");
	evtimer_set(&too_late, next_hangs, NULL);
	next.name = "next";
	next.dispatch = next_dispatch;
	next.gone = next_gone;
	if (state.fd[HANDOVER_SOCKET] != -1) {
		event_set(&asked, state.fd[HANDOVER_SOCKET],
		    EV_READ | EV_PERSIST, accept_next, NULL);
		await(&asked, NULL);
	}
	return left;
}

void
handover_end(void)
{
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];

	if (handover_path(path, sizeof(path)))
		(void)state_unlink(STATE_SOCK_DIR, path);
}

/* Ends the daemon that this one takes over from.  When that daemon hangs up, it
 * has written its last log line and has left its pid file alone.  If it did not
 * wait long enough, it does the work itself.  If it says nothing, it may do so,
 * and this daemon ends.  If it has died, this daemon goes on. */
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
		(void)imsgbuf_read(&last); /* waits until it has ended */
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
	while (accept_one(state.fd[HANDOVER_SOCKET]))
		;
	is_settled = 1;
}
