/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The process that runs the command of -e.
 *
 * At most MAXRUN are run at a time; the flows for which it is still to be run
 * wait, each once.  When more than MAXWAIT would wait, those beyond are not
 * told one by one: "reload" is run when the others are done.
 */
#include <sys/socket.h>
#include <sys/wait.h>
#include <errno.h>
#include <event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/await.h"
#include "common/child.h"
#include "common/confine.h"
#include "common/log.h"
#include "common/wire.h"
#include "service/inherited.h"
#include "service/state.h"
#include "start.h"

#define HOOK_FD 3 /* the pipe to the parent */
#define MAXRUN	8
#define MAXWAIT 1024

#define PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct run {
	pid_t pid; /* 0: not in use */
	int out;   /* -1: its output has ended */
	struct event ev;
	char line[LOG_LINE_MAX / 2];
	size_t len;
};

static struct peer parent;
static struct run runs[MAXRUN];
static struct wire_key waiting[MAXWAIT];
static size_t first, nwaiting;
static int reload;

static void __attribute__((noreturn))
become_command(int out, const struct wire_key *k)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];
	sigset_t none;
	int i;

	if ((i = open("/dev/null", O_RDONLY)) == -1 ||
	    dup2(i, STDIN_FILENO) == -1 || dup2(out, STDOUT_FILENO) == -1 ||
	    dup2(out, STDERR_FILENO) == -1)
		_exit(EX_OSERR);
	closefrom(STDERR_FILENO + 1);
	for (i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	inherited_drop_environment();
	setenv("PATH", PATH, 1);
	setenv("IDENT", settings.name, 1);
	if (k != NULL) {
		setenv("source", addr_print(&k->src, src), 1);
		setenv("group", addr_print(&k->grp, grp), 1);
	}
	execlp(settings.hook, settings.hook, k != NULL ? "install" : "reload",
	    (char *)NULL);
	dprintf(STDERR_FILENO, "%s\n", strerror(errno));
	_exit(EX_NOINPUT);
}

static void
log_output(struct run *r)
{
	if (r->len > 0)
		log_notice("%s: %.*s", settings.hook, (int)r->len, r->line);
	r->len = 0;
}

static void
on_output(int fd, short what, void *arg)
{
	struct run *r = arg;
	char buf[1024];
	ssize_t i, n = read(fd, buf, sizeof(buf));

	(void)what;
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	for (i = 0; i < n; i++) {
		if (buf[i] == '\n' || r->len == sizeof(r->line))
			log_output(r);
		if (buf[i] != '\n')
			r->line[r->len++] = buf[i];
	}
	if (n > 0)
		return;
	log_output(r);
	event_del(&r->ev);
	close(r->out);
	r->out = -1;
}

static void
run(struct run *r, const struct wire_key *k)
{
	int fd[2] = { -1, -1 };

	if (pipe2(fd, O_CLOEXEC) == -1 || (r->pid = fork()) == -1) {
		log_warn("%s", settings.hook);
		close(fd[0]);
		close(fd[1]);
		r->pid = 0;
		return;
	}
	if (r->pid == 0)
		become_command(fd[1], k);
	close(fd[1]);
	(void)fcntl(fd[0], F_SETFL, O_NONBLOCK);
	r->out = fd[0];
	event_set(&r->ev, r->out, EV_READ | EV_PERSIST, on_output, r);
	await(&r->ev, NULL);
}

/* Runs the commands that can be run now. */
static void
work(void)
{
	struct run *r;

	for (r = runs; r < runs + MAXRUN && nwaiting + reload > 0; r++) {
		if (r->pid != 0 || r->out != -1)
			continue;
		if (nwaiting > 0) {
			nwaiting--;
			run(r, &waiting[first++ % MAXWAIT]);
		} else {
			reload = 0;
			run(r, NULL);
		}
	}
}

static void
on_child(int sig, short what, void *arg)
{
	struct run *r;
	pid_t pid;
	int status;

	(void)sig;
	(void)what;
	(void)arg;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (r = runs; r < runs + MAXRUN && r->pid != pid; r++)
			;
		if (r == runs + MAXRUN)
			continue;
		r->pid = 0;
		if (WIFSIGNALED(status))
			log_warnx("%s ended by signal %d", settings.hook,
			    WTERMSIG(status));
		else if (WEXITSTATUS(status) != 0)
			log_warnx("%s ended with exit %d", settings.hook,
			    WEXITSTATUS(status));
		else
			log_debug("%s ended with exit 0", settings.hook);
		/* a process that the command left behind may hold the output
		 * open */
		if (r->out != -1)
			on_output(r->out, 0, r);
		if (r->out != -1) {
			event_del(&r->ev);
			close(r->out);
			r->out = -1;
		}
	}
	work();
}

static void
wait_for_turn(const struct wire_key *k)
{
	size_t i;

	for (i = 0; i < nwaiting; i++)
		if (memcmp(&waiting[(first + i) % MAXWAIT], k, sizeof(*k)) == 0)
			return;
	if (nwaiting < MAXWAIT) {
		waiting[(first + nwaiting++) % MAXWAIT] = *k;
		return;
	}
	if (!reload)
		log_warnx("%s: more than %d flows wait for it", settings.hook,
		    MAXWAIT);
	reload = 1;
}

/* HOOK with flows, or with none: reload. */
static int
parent_dispatch(struct peer *p, struct imsg *imsg)
{
	struct wire_key k;

	(void)p;
	if (imsg_get_len(imsg) == 0)
		reload = 1;
	while (imsg_get_buf(imsg, &k, sizeof(k)) == 0)
		wait_for_turn(&k);
	work();
	return 0;
}

static void __attribute__((noreturn)) hook_main(int fd)
{
	struct event ev;
	int i;

	/* the parent decides when to end */
	signal(SIGHUP, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	for (i = 0; i < MAXRUN; i++)
		runs[i].out = -1;
	child_init(&parent, fd, "hook", parent_dispatch);
	confine_rights(settings.uid, settings.gid, 1);
	signal_set(&ev, SIGCHLD, on_child, NULL);
	await(&ev, NULL);
	event_dispatch();
	_exit(EX_SOFTWARE);
}

void
hook_start(void)
{
	int pair[2];
	pid_t pid;

	if (settings.hook == NULL)
		return;
	if (strchr(settings.hook, '/') != NULL &&
	    access(settings.hook, X_OK) == -1)
		log_warn("-e %s", settings.hook);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1 ||
	    (pid = fork()) == -1)
		fatal(EX_OSERR, "hook");
	if (pid == 0) {
		if (dup2(pair[1], HOOK_FD) == -1)
			_exit(EX_OSERR);
		closefrom(HOOK_FD + 1);
		hook_main(HOOK_FD);
	}
	close(pair[1]);
	state.fd[STATE_HOOK] = pair[0];
}
