/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * How a daemon appears to the system: paths, detaching, pid file, socket.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <errno.h>
#include <event.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "daemon.h"
#include "handover.h"
#include "notify.h"
#include "paths.h"
#include "settings.h"
#include "syslog.h"
#include "common/await.h"
#include "common/confine.h"
#include "common/log.h"
#include "common/sandbox.h"
#include "common/wire.h"

static const char *pid_path, *sock_paths[2];
static char *pid_new;
static int pid_fd = -1, pid_size;
static size_t nsock_paths;
static pid_t owner; /* of what is to be removed at the end */
static int background;
static int attendant; /* who waits for us to be ready */
static pid_t attendant_pid;
static int is_ready, pid_written;
static void (*signalled)(int);

char *
daemon_path(const char *dir, const char *name, const char *ending)
{
	char cwd[1024], *path;
	int rc;

	if (name[0] == '/')
		rc = asprintf(&path, "%s", name);
	else if (dir != NULL && strchr(name, '/') == NULL)
		rc = asprintf(&path, "%s/%s%s", dir, name, ending);
	else if (getcwd(cwd, sizeof(cwd)) != NULL)
		rc = asprintf(&path, "%s/%s", cwd, name);
	else
		rc = -1;
	if (rc == -1)
		fatal(EX_OSERR, "%s", name);
	return path;
}

void
daemon_log(int foreground, int syslog, const char *ident, const char *level)
{
	int l = level == NULL ? LOG_NOTICE : log_level(level);

	if (ident[0] == '\0' || strchr(ident, '/') != NULL)
		fatalx(EX_USAGE, "-i %s: not a name", ident);
	if (l == -2)
		fatalx(EX_USAGE,
		    "-l %s: not none, err, warning, notice, info or debug",
		    level);
	if (!foreground || syslog) {
		syslog_open();
		log_setsyslog(syslog_line);
	}
	log_init(!foreground ? LOG_TO_BOTH :
		syslog	     ? LOG_TO_SYSLOG :
			       LOG_TO_STDERR,
	    ident, NULL);
	log_setlevel(l);
}

/* USER[:GROUP] to ids. */
static void
find_user(const char *spec, uid_t *uid, gid_t *gid)
{
	struct passwd *pw;
	struct group *gr = NULL;
	char *user, *group;

	if ((user = strdup(spec)) == NULL)
		fatal(EX_OSERR, "%s", spec);
	if ((group = strchr(user, ':')) != NULL)
		*group++ = '\0';
	errno = 0;
	if ((pw = getpwnam(user)) == NULL && errno == ENOMEM)
		fatal(EX_OSERR, "user %s", user);
	if (pw == NULL)
		fatalx(EX_NOUSER,
		    "no user %s; create it: useradd -r -U -M -d /nonexistent "
		    "-s /usr/sbin/nologin %s",
		    user, user);
	if (group != NULL && (gr = getgrnam(group)) == NULL && errno == ENOMEM)
		fatal(EX_OSERR, "group %s", group);
	if (group != NULL && gr == NULL)
		fatalx(EX_NOUSER, "no group %s", group);
	if (uid != NULL)
		*uid = pw->pw_uid;
	if (gid != NULL)
		*gid = group != NULL ? gr->gr_gid : pw->pw_gid;
	free(user);
}

static void
on_signal(int sig, short what, void *arg)
{
	(void)what;
	(void)arg;
	signalled(sig == -1 ? 0 : sig); /* -1: a timer's */
}

void
daemon_signals(void (*f)(int), unsigned int seconds)
{
	static const int caught[] = { SIGHUP, SIGINT, SIGTERM };
	static struct event ev[3], timer;
	struct timeval tv = { .tv_sec = seconds };
	size_t i;

	signalled = f;
	for (i = 0; i < 3; i++) {
		signal_set(&ev[i], caught[i], on_signal, NULL);
		await(&ev[i], NULL);
	}
	evtimer_set(&timer, on_signal, NULL);
	if (seconds != 0)
		await(&timer, &tv);
}

/* One that is there already, and listens at this path. */
static int
is_listening(int fd, const char *path)
{
	struct sockaddr_un sun;
	socklen_t len = sizeof(sun);

	memset(&sun, 0, sizeof(sun));
	return fd != -1 &&
	    getsockname(fd, (struct sockaddr *)&sun, &len) == 0 &&
	    strncmp(sun.sun_path, path, sizeof(sun.sun_path)) == 0 &&
	    access(path, F_OK) == 0;
}

/* However the process ends; not a process that it has forked. */
static void
at_exit(void)
{
	if (getpid() == owner)
		daemon_end();
}

/* Notes that the path is ours, to be removed at the end. */
static void
own(const char *path)
{
	if (nsock_paths == 0) {
		owner = getpid();
		atexit(at_exit);
	}
	sock_paths[nsock_paths++] = path;
}

int
daemon_listen(const char *path, uid_t uid, gid_t gid, int fd)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct stat st;
	mode_t mask;

	if (is_listening(fd, path)) {
		if (lchown(path, uid, gid) == -1)
			fatal(EX_OSERR, "%s", path);
		own(path);
		return fd;
	}
	if (fd != -1)
		close(fd);
	if (strlcpy(sun.sun_path, path, sizeof(sun.sun_path)) >=
	    sizeof(sun.sun_path))
		fatalx(EX_USAGE, "%s: longer than %zu bytes", path,
		    sizeof(sun.sun_path) - 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		fatal(EX_OSERR, "control socket");
	/* EAGAIN: so many wait for its answer that we would have to */
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0 ||
	    errno == EAGAIN)
		fatalx(EX_UNAVAILABLE,
		    "%s: another daemon answers there; give this one names of "
		    "its own with -i NAME, or take over with -x",
		    path);
	if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode))
		fatalx(EX_OSERR, "%s: exists and is not a socket", path);
	unlink(path);
	mask = umask(0117);
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1)
		fatal(EX_OSERR, "%s", path);
	umask(mask);
	own(path);
	if (lchown(path, uid, gid) == -1 || listen(fd, 64) == -1)
		fatal(EX_OSERR, "%s", path);
	return fd;
}

/* 0, or -1 with a line in the log: something else has this name. */
static int
check_replaceable(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == -1 || S_ISREG(st.st_mode))
		return 0;
	log_errx("%s: exists and is not a regular file", path);
	return -1;
}

/*
 * Writes PID.new, which becomes the pid file when the daemon is ready.  It is
 * root's, whoever the daemon will be: others could have any process killed in
 * its place.  A stale one is never written to, it may belong to somebody else.
 */
static void
write_pid(void)
{
	if (check_replaceable(pid_path) == -1 ||
	    check_replaceable(pid_new) == -1)
		exit(EX_OSERR);
	(void)unlink(pid_new);
	pid_fd = open(pid_new,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (pid_fd == -1)
		fatal(EX_OSERR, "%s", pid_new);
	if ((pid_size = dprintf(pid_fd, "%ld\n", (long)getpid())) < 0) {
		log_err("%s", pid_new);
		(void)unlink(pid_new);
		exit(EX_OSERR);
	}
	(void)!write(attendant, "", 1);
}

/*
 * Waits for the daemon pid as root: that one can rename no file any more.  It
 * says when PID.new is there.  It is ready when it has asked twice: before the
 * one that ran until then ends, for what may fail, and then.
 */
static void
attend(int fd, pid_t pid, int is_child)
{
	char c;
	int status, written = read(fd, &c, 1) == 1;

	if (written && read(fd, &c, 1) == 1 &&
	    check_replaceable(pid_path) == 0 && write(fd, &c, 1) == 1 &&
	    read(fd, &c, 1) == 1 && check_replaceable(pid_path) == 0) {
		if (rename(pid_new, pid_path) == 0)
			_exit(write(fd, &c, 1) == 1 ? 0 : EX_OSERR);
		log_err("%s", pid_path);
	}
	if (written)
		(void)unlink(pid_new);
	close(fd); /* it ends, and gives back what it holds */
	if (is_child || waitpid(pid, &status, 0) == -1)
		_exit(EX_OSERR);
	/* it ended without having been ready, with whatever code */
	_exit(WIFEXITED(status) && WEXITSTATUS(status) != 0 ?
		WEXITSTATUS(status) :
		EX_SOFTWARE);
}

void
daemon_start(void)
{
	static const struct timeval patience = { .tv_sec = 5 };
	int fd[2], foreground = settings.foreground;
	const char *lacks;
	pid_t pid;

	confine_limits(); /* what is taken over may be many descriptors */
	find_user(SMCROUTE_USER, NULL, NULL);
	if (settings.user != NULL)
		find_user(settings.user, &settings.uid, &settings.gid);
	lacks = confine_lacks(CONFINE_CHILD | CONFINE_ROUTE |
	    (settings.table != 0 ? CONFINE_TABLE : 0) |
	    (settings.uid != 0 || settings.gid != 0 ? CONFINE_CHOWN : 0));
	if (lacks != NULL)
		fatalx(EX_NOPERM, "%s", lacks);
	pid_path = settings.pid;
	if (asprintf(&pid_new, "%s.new", pid_path) == -1)
		fatal(EX_OSERR, "%s", pid_path);
	background = !foreground;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == -1 ||
	    (pid = fork()) == -1)
		fatal(EX_OSERR, "fork");
	if (foreground && pid == 0) {
		signal(SIGINT, SIG_IGN);
		close(fd[1]);
		attend(fd[0], getppid(), 1);
	} else if (!foreground && pid != 0) {
		close(fd[1]);
		attend(fd[0], pid, 0);
	}
	close(fd[0]);
	(void)setsockopt(fd[1], SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof(patience));
	attendant = fd[1];
	attendant_pid = pid;
	if ((!foreground && setsid() == -1) || chdir("/") == -1)
		fatal(EX_OSERR, "cannot detach");
}

void
daemon_confine(void)
{
	if (settings.check && confine_lacks(CONFINE_CHILD) != NULL)
		return;
	if (!settings.check)
		write_pid();
	confine_files(4 * MAXHOLD); /* see hold_max() */
	confine_rights(settings.uid, settings.gid, 0);
	if (settings.check)
		return;
	paths_confine(settings.pid, settings.sock);
	sandbox_enter(SANDBOX_PARENT);
}

void
daemon_reloading(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	if (is_ready)
		notify("RELOADING=1\nMONOTONIC_USEC=%lld",
		    ts.tv_sec * 1000000LL + ts.tv_nsec / 1000);
}

/* It may have been stopped by who waits there: not for ever. */
static int
ask_attendant(void)
{
	char c = 0;

	if (write(attendant, &c, 1) != 1)
		return -1;
	if (read(attendant, &c, 1) == 1)
		return 0;
	if (errno != EAGAIN)
		return -1;
	log_warnx("nobody writes %s", pid_path);
	attendant_pid = -1;
	return 0;
}

static int
become_ready(void)
{
	int fd;

	is_ready = 1;
	if (ask_attendant() == -1)
		return -1;
	handover_done();
	if (attendant_pid != -1 && ask_attendant() == -1)
		return -1;
	close(attendant);
	if (!background && attendant_pid != -1)
		(void)waitpid(attendant_pid, NULL, 0);
	pid_written = attendant_pid != -1;
	if (background && (fd = open("/dev/null", O_RDWR | O_CLOEXEC)) != -1) {
		dup2(fd, STDIN_FILENO);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		close(fd);
	}
	notify("READY=1\nMAINPID=%ld", (long)getpid());
	return 0;
}

/* A signal is no answer of those that it waits for. */
static void
hold_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(how, &set, NULL);
}

int
daemon_ready(void)
{
	int rc;

	if (is_ready) {
		/* a new time stamp, which takes no right to the file */
		(void)!ftruncate(pid_fd, pid_size);
		notify("READY=1");
		return 0;
	}
	hold_signals(SIG_BLOCK);
	rc = become_ready();
	hold_signals(SIG_UNBLOCK);
	return rc;
}

int
daemon_status(struct imsg *imsg)
{
	struct wire_status s;

	if (imsg_get_data(imsg, &s, sizeof(s)) == -1)
		return -1;
	notify("STATUS=%u interfaces, %u routes, %u flows, %u groups, "
	       "%u errors",
	    s.interfaces, s.routes, s.flows, s.groups, s.errors);
	return 0;
}

void
daemon_end(void)
{
	if (handover_is_on())
		daemon_disown();
	if (is_ready)
		notify("STOPPING=1");
	while (nsock_paths > 0)
		(void)unlink(sock_paths[--nsock_paths]);
	/* what may not be removed names no process any more */
	if (pid_written && unlink(pid_path) == -1)
		(void)!ftruncate(pid_fd, 0);
	is_ready = pid_written = 0;
}

void
daemon_disown(void)
{
	nsock_paths = 0;
	pid_written = 0;
}
