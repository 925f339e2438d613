/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The processes that the parent starts: for each role a nursery, and its child.
 */
#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/await.h"
#include "common/clock.h"
#include "common/log.h"
#include "role.h"

#define LASTDELAY 1600	/* ms; the last one of a role that never worked */
#define MAXDELAY  10000 /* ms between two starts */
#define LOG_RATE  10000 /* lines per second from a child */

/* Seconds of silence until a child is asked whether it is alive, and then
 * seconds until it is replaced. */
#define SILENCE	 5
#define PATIENCE 10

int
role_log(struct imsg *imsg, struct log_rate *rate)
{
	uint32_t second = clock_seconds();
	char text[LOG_LINE_MAX + 1] = { 0 };
	int32_t priority;
	size_t i, len;

	if (imsg_get_buf(imsg, &priority, sizeof(priority)) == -1 ||
	    (len = imsg_get_len(imsg)) > LOG_LINE_MAX || priority < LOG_ERR ||
	    priority > LOG_DEBUG)
		return -1;
	imsg_get_buf(imsg, text, len);
	if (rate != NULL && rate->second != second) {
		rate->second = second;
		rate->lines = 0;
	}
	if (rate != NULL && ++rate->lines >= LOG_RATE) {
		if (rate->lines == LOG_RATE)
			log_warnx("too many lines to log in this second");
		return 0;
	}
	for (i = 0; i < len; i++)
		if (text[i] == '\0')
			text[i] = '?';
	log_line(priority, text);
	return 0;
}

/* Starts a new child after a delay.  The delay begins anew when the last child
 * has lived for a while.  If no child of the role ever worked, the daemon ends,
 * so that the command that started it can tell. */
static void
schedule(struct role *r)
{
	if (!r->proven && (r->once || r->delay >= LASTDELAY)) {
		log_errx("%s does not come up", r->name);
		r->lost(EX_SOFTWARE);
	}
	if (clock_seconds() - r->born >= MAXDELAY / 1000)
		r->delay = 0;
	role_start_in(r, r->delay);
	r->delay = r->delay == 0    ? 100 :
	    r->delay * 2 < MAXDELAY ? r->delay * 2 :
				      MAXDELAY;
}

/* Stops watching: the child is well, or there is none. */
static void
unask(struct role *r)
{
	r->asked = 0;
	evtimer_del(&r->overdue);
	if (r->watched)
		event_del(&r->work);
}

static void
log_end(const char *who, pid_t pid, int status)
{
	log_warnx("%s %d ended by %s %d", who, (int)pid,
	    WIFSIGNALED(status) ? "signal" : "exit",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static int
nursery_dispatch(struct peer *p, struct imsg *imsg)
{
	struct role *r = p->arg;
	struct wire_ended e;

	switch (imsg_get_type(imsg)) {
	case IMSG_LOG:
		return role_log(imsg, &r->rate);
	case IMSG_ENDED:
		if (imsg_get_data(imsg, &e, sizeof(e)) == -1)
			return -1;
		if (r->stopped == NULL)
			log_end(r->name, e.pid, e.status);
		unask(r);
		peer_close(&r->link);
		r->ready = 1;
		if (r->stopped != NULL)
			r->stopped(r);
		else if (e.pid == 0 && r->failed != NULL) {
			errno = EAGAIN; /* its nursery could not fork */
			r->failed(r);
		} else
			schedule(r);
		return 0;
	}
	return -1;
}

/* Ends the daemon if the role has neither a child nor a nursery. */
static void
lose(struct role *r)
{
	if (peer_is_open(&r->link) || peer_is_open(&r->nursery))
		return;
	log_errx("no %s", r->name);
	r->lost(r->code);
}

/* The status of the nursery that has ended, or -1 after 2 seconds: it may have
 * been stopped by its child, or by a process that broke the rules. */
static int
wait_for_end(const struct role *r)
{
	int status, patience = 200; /* hundredths of a second */
	pid_t pid;

	while ((pid = waitpid(r->pid, &status, WNOHANG)) == 0 && patience-- > 0)
		usleep(10000);
	return pid == r->pid ? status : -1;
}

/* The nursery is gone.  The child lives on, but cannot be replaced. */
static void
nursery_gone(struct peer *p, const char *why)
{
	struct role *r = p->arg;
	int status, paused = role_is_paused(r);

	log_errx("nursery of %s: %s", r->name, why);
	r->ready = 0;
	r->code = EX_SOFTWARE;
	status = wait_for_end(r);
	if (status != -1)
		log_end("its process", r->pid, status);
	if (status != -1 && WIFEXITED(status) &&
	    WEXITSTATUS(status) > EX__BASE && WEXITSTATUS(status) <= EX__MAX)
		r->code = WEXITSTATUS(status);
	if (r->stopped == NULL) {
		lose(r);
		return;
	}
	/* as if the child had ended: role_resume() ends the daemon */
	unask(r);
	peer_close(&r->link);
	r->ready = 1;
	if (!paused)
		r->stopped(r);
}

static void
wait_more(struct role *r, int seconds)
{
	struct timeval tv = { .tv_sec = seconds };

	await(&r->overdue, &tv);
}

static void
end_child(struct role *r)
{
	unask(r);
	peer_close(&r->link);
	peer_send(&r->nursery, IMSG_STOP, 0, -1, NULL, 0);
	if (peer_is_open(&r->nursery))
		wait_more(r, PATIENCE); /* until it has ended */
}

/* A second call for the same child does nothing and logs nothing. */
void
role_expel(struct role *r, const char *why)
{
	if (!peer_is_open(&r->link))
		return;
	log_warnx("%s %s", r->name, why);
	end_child(r);
	lose(r);
}

/* The child has broken the rules or closed the link: has the nursery end it. */
static void
link_gone(struct peer *p, const char *why)
{
	struct role *r = p->arg;

	if (strcmp(why, PEER_EOF) != 0)
		log_warnx("link to %s: %s", r->name, why);
	end_child(r);
	lose(r);
}

void
role_pause(struct role *r, void (*stopped)(struct role *))
{
	r->stopped = stopped;
	evtimer_del(&r->restart);
	if (!r->ready)
		end_child(r);
	if (!peer_is_open(&r->nursery))
		r->ready = 1; /* the child sees the link close */
	if (r->ready)
		stopped(r);
}

int
role_is_paused(const struct role *r)
{
	return r->stopped != NULL && r->ready;
}

void
role_resume(struct role *r)
{
	if (r->stopped == NULL)
		return;
	r->stopped = NULL;
	lose(r);
	if (r->ready)
		role_start(r);
}

static int
has_work_left(const struct role *r)
{
	return r->loads || (r->upcalls != NULL && *r->upcalls > 0);
}

/* A child that has work was silent for a while.  A child without work is not
 * watched, so that an idle daemon has no timers. */
static void
overdue(int fd, short what, void *arg)
{
	struct role *r = arg;

	(void)fd;
	(void)what;
	if (!peer_is_open(&r->link)) {
		peer_close(&r->nursery);
		r->code = EX_SOFTWARE;
		nursery_gone(&r->nursery, "no answer");
	} else if (r->asked) {
		role_expel(r, "does not answer");
	} else if (!r->heard) {
		log_debug("%s: no answer in %d seconds", r->name, SILENCE);
		r->asked = 1;
		peer_send(&r->link, IMSG_ALIVE, 0, -1, NULL, 0);
		wait_more(r, PATIENCE);
	} else if (has_work_left(r)) {
		/* it has said something, but work is left */
		r->heard = 0;
		wait_more(r, SILENCE);
	} else if (r->watched)
		await(&r->work, NULL);
}

void
role_expect(struct role *r)
{
	r->heard = 0;
	if (peer_is_open(&r->link) && !evtimer_pending(&r->overdue, NULL))
		wait_more(r, SILENCE);
}

void
role_ask(struct role *r)
{
	role_expect(r);
	peer_wait(&r->link);
}

static void
has_work(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	role_expect(arg);
}

void
role_watch(struct role *r, int fd)
{
	r->watched = 1;
	event_set(&r->work, fd, EV_READ, has_work, r);
}

int
role_is_well(const struct role *r)
{
	return r->lives == 0 || (peer_is_open(&r->link) && !r->asked);
}

static int
link_dispatch(struct peer *p, struct imsg *imsg)
{
	struct role *r = p->arg;
	uint32_t type = imsg_get_type(imsg);
	int fd;

	r->heard = 1;
	if (r->asked) {
		unask(r);
		wait_more(r, SILENCE);
	}
	if (type != IMSG_HOLD && type != IMSG_CONFIG &&
	    (fd = imsg_get_fd(imsg)) != -1) {
		close(fd);
		return -1;
	}
	switch (type) {
	case IMSG_ALIVE:
		return imsg_get_len(imsg) == 0 ? 0 : -1;
	case IMSG_LOG:
		return role_log(imsg, r->once ? NULL : &r->rate);
	}
	return r->dispatch != NULL ? r->dispatch(r, imsg) : -1;
}

static void
restart(int fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	role_start(arg);
}

void
role_open(struct role *r, int fd, pid_t pid, void (*started)(struct role *),
    void (*lost)(int), int once)
{
	r->nursery.name = r->link.name = r->name;
	r->nursery.arg = r->link.arg = r;
	r->nursery.dispatch = nursery_dispatch;
	r->nursery.gone = nursery_gone;
	r->link.dispatch = link_dispatch;
	r->link.gone = link_gone;
	r->started = started;
	r->once = once;
	r->lost = lost;
	r->pid = pid;
	r->ready = 1;
	peer_open(&r->nursery, fd);
	imsgbuf_allow_send(&r->nursery.ibuf);
	evtimer_set(&r->restart, restart, r);
	evtimer_set(&r->overdue, overdue, r);
	/* now libevent has the memory for two timers, for good */
	role_start_in(r, 0);
	wait_more(r, SILENCE);
	evtimer_del(&r->restart);
	evtimer_del(&r->overdue);
}

void
role_give(struct role *r, enum wire_socket which, int fd)
{
	uint32_t w = which;

	if (fd == -1) {
		log_err("socket for %s", r->name);
		end_child(r);
		lose(r);
		return;
	}
	peer_send(&r->link, IMSG_SOCKET, 0, fd, &w, sizeof(w));
}

/* The child's end of a new link, or -1 with errno. */
static int
open_link(struct role *r)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	if (peer_try(&r->link, pair[0]) == 0) {
		imsgbuf_allow_send(&r->link.ibuf);
		return pair[1];
	}
	close(pair[0]);
	close(pair[1]);
	errno = ENOMEM;
	return -1;
}

void
role_start(struct role *r)
{
	size_t i;
	int fd;

	r->born = clock_seconds();
	if ((fd = open_link(r)) == -1 && r->failed != NULL) {
		r->failed(r);
		return;
	}
	if (fd == -1) {
		log_err("cannot start %s", r->name);
		schedule(r);
		return;
	}
	r->ready = 0;
	r->lives++;
	peer_send(&r->nursery, IMSG_START, 0, fd, NULL, 0);
	r->started(r);
	for (i = 0; i < r->nsockets; i++)
		role_give(r, r->sockets[i].which, dup(r->sockets[i].fd));
	if (r->watched)
		await(&r->work, NULL);
	/* the child has what it needs to begin */
	if (peer_is_open(&r->link) && r->link.idle != NULL)
		r->link.idle(&r->link);
}

void
role_start_in(struct role *r, uint64_t ms)
{
	struct timeval tv = { .tv_sec = ms / 1000,
		.tv_usec = ms % 1000 * 1000 };

	await(&r->restart, &tv);
}

void
role_keep(struct role *r, enum wire_socket which, int fd)
{
	r->sockets[r->nsockets].which = which;
	r->sockets[r->nsockets++].fd = fd;
}

void
role_connect(struct role *a, struct role *b)
{
	int pair[2];

	if (!peer_is_open(&a->link) || !peer_is_open(&b->link))
		return;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		pair[0] = pair[1] = -1;
	else
		role_give(a, SOCK_PIPE, pair[0]);
	role_give(b, SOCK_PIPE, pair[1]);
}

void
role_close(struct role *r)
{
	peer_close(&r->link);
	peer_close(&r->nursery);
	if (r->pid > 0)
		(void)wait_for_end(r);
}
