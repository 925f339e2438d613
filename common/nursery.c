/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Runs a child's executable.  The nursery itself reads nothing but the parent's
 * START and STOP, so that each child is a fork of a pristine process.
 */
#include <sys/types.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "confine.h"
#include "imsg.h"
#include "log.h"
#include "nursery.h"
#include "process.h"
#include "wire.h"

/* Sanitizers print what they find to stderr. */
#ifdef SANITIZED
#define KEEP_STDERR 1
#else
#define KEEP_STDERR 0
#endif

static struct imsgbuf pipe_to_parent;
static pid_t child;

static void
sigchld(int sig)
{
	(void)sig; /* the signal only has to interrupt ppoll(2) */
}

static void
say(uint32_t type, const void *data, size_t len)
{
	if (imsg_compose(&pipe_to_parent, type, 0, 0, -1, data, len) == -1 ||
	    imsgbuf_flush(&pipe_to_parent) == -1)
		_exit(EX_OSERR); /* the parent has ended */
}

/* Sends a log line through the nursery's pipe; the child has a link of its own
 * only after START. */
static void
say_log(int priority, const char *line)
{
	char buf[sizeof(int32_t) + LOG_LINE_MAX];
	int32_t p = priority;
	size_t n = strlen(line);

	memcpy(buf, &p, sizeof(p));
	memcpy(buf + sizeof(p), line, n);
	say(IMSG_LOG, buf, sizeof(p) + n);
}

static void
say_ended(pid_t pid, int status)
{
	struct wire_ended e = { pid, status };

	say(IMSG_ENDED, &e, sizeof(e));
}

static void
reap(void)
{
	pid_t pid = child;
	int status;

	if (pid == 0 || !process_ended(&status))
		return;
	child = 0;
	say_ended(pid, status);
}

static void
end_child(void)
{
	if (child != 0)
		process_kill();
}

/* Waits for the child, or until the parent says something too if listen is set,
 * as ppoll(2) does.  quiet: the signals that stay blocked. */
static int
wait_for(int listen, const struct timespec *patience, const sigset_t *quiet)
{
	struct pollfd pfd[] = {
		{ .fd = listen ? NURSERY_FD : -1, .events = POLLIN },
		{ .fd = process_fd(), .events = POLLIN },
	};

	if (ppoll(pfd, 2, patience, quiet) < 1)
		return 0;
	return pfd[0].revents != 0;
}

/* Ends the nursery when the parent has ended.  The child notices the parent's
 * end itself and may have packets to send first, so it is killed half a second
 * later. */
static void __attribute__((noreturn)) leave(const sigset_t *quiet)
{
	struct timespec patience = { .tv_nsec = 500 * 1000 * 1000 };
	int status;

	if (child != 0 && !process_ended(&status)) {
		(void)wait_for(0, &patience, quiet);
		end_child();
	}
	_exit(0);
}

/* Obeys a message of the parent.  In a child that was just forked it returns
 * the descriptor of the child's link to the parent, else -1. */
static int
obey(struct imsg *imsg)
{
	int fd;

	switch (imsg_get_type(imsg)) {
	case IMSG_START:
		if (child != 0 || (fd = imsg_get_fd(imsg)) == -1)
			fatalx(EX_SOFTWARE, "bad START");
		if ((child = process_fork()) == 0)
			return fd;
		close(fd);
		if (child == -1) { /* the parent will try again */
			log_warn("fork");
			child = 0;
			say_ended(0, EX_OSERR << 8);
		}
		break;
	case IMSG_STOP:
		end_child();
		break;
	default:
		fatalx(EX_SOFTWARE, "bad message %s",
		    wire_name(imsg_get_type(imsg)));
	}
	return -1;
}

static int
wait_for_start(const sigset_t *quiet)
{
	struct imsg imsg;
	int fd, n;

	for (;;) {
		n = wait_for(1, NULL, quiet);
		reap();
		if (n == 0)
			continue;
		n = imsgbuf_read(&pipe_to_parent);
		if (n == -1 && errno == ENOMEM)
			fatal(EX_OSERR, "parent");
		if (n != 1)
			leave(quiet);
		while ((n = imsgbuf_get(&pipe_to_parent, &imsg)) == 1) {
			if ((fd = obey(&imsg)) != -1)
				return fd;
			imsg_free(&imsg);
		}
		if (n == -1)
			fatal(EX_SOFTWARE, "parent");
	}
}

void
nursery_begin(const char *role)
{
	int i, fd;

	log_init(LOG_TO_STDERR, "smcrouted", role);
	if ((fd = open("/dev/null", O_RDWR)) == -1 ||
	    imsgbuf_init(&pipe_to_parent, NURSERY_FD) == -1)
		fatal(EX_OSERR, "start");
	for (i = 0; i < (KEEP_STDERR ? 2 : 3); i++)
		dup2(fd, i);
	close(fd);
	imsgbuf_allow_fdpass(&pipe_to_parent);
	log_init(LOG_TO_SINK, "smcrouted", role);
	log_setsink(say_log);
}

int
nursery_run(enum sandbox which)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE,
		SIGUSR1, SIGUSR2 };
	struct sigaction sa;
	sigset_t block, old;
	size_t i;
	int fd;

	sandbox_enter(which);

	/* only the parent decides when the nursery ends */
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_IGN;
	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		sigaction(ignored[i], &sa, NULL);
	sa.sa_handler = sigchld;
	sigaction(SIGCHLD, &sa, NULL);
	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	sigprocmask(SIG_BLOCK, &block, &old);

	say(IMSG_CONFINED, NULL, 0);
	fd = wait_for_start(&old);

	/* from here on this is the child */
	sa.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &sa, NULL);
	sigprocmask(SIG_SETMASK, &old, NULL);
	log_setsink(NULL);
	imsgbuf_clear(&pipe_to_parent);
	close(NURSERY_FD);
	if (dup(fd) != NURSERY_FD)
		_exit(EX_OSERR); /* dup(2) takes the lowest free number */
	close(fd);
	confine_nofork();
	return NURSERY_FD;
}

int
nursery(const char *role, int argc, char **argv)
{
	const char *arg = argc > 1 ? argv[1] : "";
	int check = strcmp(arg, "-F") == 0;

	nursery_begin(role);
	if (check && confine_lacks(CONFINE_CHILD) != NULL)
		confine_unprivileged();
	else
		confine_child(SMCROUTE_USER, RUNDIR "/smcrouted.empty",
		    check ? "/tmp/" : arg);
	return nursery_run(SANDBOX_NURSERY);
}
