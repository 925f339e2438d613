/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The process that stays root until the daemon is ready: it is what the shell
 * waits for, and gives the pid file its name.
 */
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/confine.h"
#include "common/log.h"
#include "service/state.h"
#include "start.h"

static char *pid_new;

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

/* 0, or -1 with a line in the log: there is another kind of file by this name.
 */
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
 * Writes PID.new, which becomes the pid file when the daemon is ready.  The
 * file belongs to root, whatever user the daemon will be: another user could
 * write any number into it and have that process killed.  A stale PID.new is
 * never written to, because it may belong to another user.
 */
void
background_pid(void)
{
	if (check_replaceable(settings.pid) == -1 ||
	    check_replaceable(pid_new) == -1)
		exit(EX_OSERR);
	(void)unlink(pid_new);
	state.fd[STATE_PID_FILE] = open(pid_new,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (state.fd[STATE_PID_FILE] == -1)
		fatal(EX_OSERR, "%s", pid_new);
	if ((state.pid_size = dprintf(state.fd[STATE_PID_FILE], "%ld\n",
		 (long)getpid())) < 0) {
		log_err("%s", pid_new);
		(void)unlink(pid_new);
		exit(EX_OSERR);
	}
	(void)!write(state.fd[STATE_ATTENDANT], "", 1);
}

/*
 * Waits for the daemon, process pid.  This process stays root for that time,
 * because the daemon can rename no file any more.  The daemon asks twice: for a
 * check of what may fail, before it ends the daemon that it takes over from,
 * and then for the pid file to get its name.
 */
static void
attend(int fd, pid_t pid, int is_child)
{
	char c;
	int status, written = read(fd, &c, 1) == 1;

	if (written && read(fd, &c, 1) == 1 &&
	    check_replaceable(settings.pid) == 0 && write(fd, &c, 1) == 1 &&
	    read(fd, &c, 1) == 1 && check_replaceable(settings.pid) == 0) {
		if (rename(pid_new, settings.pid) == 0)
			_exit(write(fd, &c, 1) == 1 ? 0 : EX_OSERR);
		log_err("%s", settings.pid);
	}
	if (written)
		(void)unlink(pid_new);
	close(fd); /* the daemon ends and hands back what it has taken over */
	if (is_child || waitpid(pid, &status, 0) == -1)
		_exit(EX_OSERR);
	/* the daemon has ended with some code and was never ready */
	_exit(WIFEXITED(status) && WEXITSTATUS(status) != 0 ?
		WEXITSTATUS(status) :
		EX_SOFTWARE);
}

/* inherited_clean() has lifted the limit as far as this process may lift it. */
static void
check_time(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_CPU, &rl) == 0 && rl.rlim_cur != RLIM_INFINITY)
		fatalx(EX_OSERR,
		    "the limit of processor time (ulimit -t) cannot be lifted: "
		    "the kernel would kill the daemon after %llu seconds",
		    (unsigned long long)rl.rlim_cur);
}

void
background_start(void)
{
	static const struct timeval patience = { .tv_sec = 5 };
	int fd[2], foreground = settings.foreground;
	const char *lacks;
	pid_t pid;

	confine_limits(); /* taking over may need many descriptors */
	check_time();
	find_user(SMCROUTE_USER, NULL, NULL);
	if (settings.user == NULL)
		settings.user = default_user;
	if (settings.user != NULL)
		find_user(settings.user, &settings.uid, &settings.gid);
	lacks = confine_lacks(CONFINE_CHILD | CONFINE_ROUTE |
	    (settings.table != 0 ? CONFINE_TABLE : 0) |
	    (settings.uid != 0 || settings.gid != 0 ? CONFINE_CHOWN : 0));
	if (lacks != NULL)
		fatalx(EX_NOPERM, "%s", lacks);
	if (asprintf(&pid_new, "%s.new", settings.pid) == -1)
		fatal(EX_OSERR, "%s", settings.pid);
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
	state.fd[STATE_ATTENDANT] = fd[1];
	state.attendant = pid;
	if ((!foreground && setsid() == -1) || chdir("/") == -1)
		fatal(EX_OSERR, "cannot detach");
}
