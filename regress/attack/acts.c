/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * acts: tries what no process of the daemon should be able to do.
 *
 *	acts DIR	as root, in namespaces of its own
 *
 * Each act is tried in a child that the project's own functions have confined
 * as the daemon's processes are, with descriptors like theirs.  Prints a table
 * of the acts and what became of them; exits 1 when one was done that must not
 * be, or passed a filter that should have stopped it, 69 when the kernel lacks
 * Landlock or seccomp.  DIR is an empty directory; the configuration is in
 * DIR/etc.  In RUNDIR it makes files and a directory by the name of acts.*.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <net/if.h>
#include <netinet/in.h>
#include <linux/landlock.h>
#include <linux/mroute.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/confine.h"
#include "common/imsg.h"
#include "common/log.h"
#include "common/nursery.h"
#include "common/sandbox.h"
#include "common/wire.h"
#include "service/memory.h"
#include "service/paths.h"
#include "service/rawsock.h"
#include "service/settings.h"
#include "acts.h"

#define FORBIDDEN "forbidden system call "
#define NROLES	  6

struct settings settings;

struct result {
	char cell[24];
	char call[24]; /* name of the call that the filter has stopped */
	int wrong;
};

static int out; /* the child writes its result there */

static void
hold(int fd)
{
	if (fd != -1)
		held[nheld++] = fd;
}

/* --- the children ----------------------------------------------------------
 */

static void
say_log(int priority, const char *line)
{
	if (priority <= LOG_ERR)
		(void)!write(out, line, strlen(line));
}

static void
log_here(int fd)
{
	out = fd;
	log_init(LOG_TO_SINK, "acts", NULL);
	log_setsink(say_log);
}

static void __attribute__((noreturn)) try(const struct act *a)
{
	char line[32];

	if (a->f(a) == 0)
		snprintf(line, sizeof(line), "done");
	else
		snprintf(line, sizeof(line), "errno %d", errno);
	(void)!write(out, line, strlen(line));
	_exit(0);
}

/* Confines this process as nursery() does before it forks. */
static void
be_nursery(void)
{
	hold(pair[0]);
	confine_child(SMCROUTE_USER, RUNDIR "/smcrouted.empty", "");
	sandbox_enter(SANDBOX_NURSERY);
}

static int
listener(const char *path, int type)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type, 0);

	if (snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path) >=
	    (int)sizeof(sun.sun_path))
		errx(EX_USAGE, "%s: too long", path);
	if (fd == -1 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    (type == SOCK_STREAM && listen(fd, 1) == -1))
		err(EX_OSERR, "%s", path);
	return fd;
}

static int
mroute(int af, int proto, int level)
{
	int fd = socket(af, SOCK_RAW, proto), on = 1;

	if (fd == -1 || setsockopt(fd, level, MRT_INIT, &on, sizeof(on)) == -1)
		warn("mroute socket");
	return fd;
}

static void
be_parent(void)
{
	hold(mroute(AF_INET, IPPROTO_IGMP, IPPROTO_IP));
	hold(mroute(AF_INET6, IPPROTO_ICMPV6, IPPROTO_IPV6));
	hold(rawsock_open(0));
	hold(rawsock_open(1));
	hold(memory_create("journal", 1 << 20));
	hold(socket(AF_INET, SOCK_DGRAM, 0)); /* as by the verb HOLD */
	(void)unlink(settings.sock);
	hold(listener(settings.sock, SOCK_STREAM));
	paths_remove(settings.pid);
	paths_remove(settings.sock);
	confine_rights(0, 0, 0);
	paths_enter(paths_rules());
	sandbox_enter(SANDBOX_PARENT);
}

static void
be_reader(void)
{
	hold(open(conf_path, O_RDONLY));
	confine_rights(0, 0, 0);
	paths_read(conf_path);
	paths_enter(paths_rules());
	sandbox_enter(SANDBOX_READERS);
	sandbox_enter(SANDBOX_READER);
}

static void
be_hook(void)
{
	confine_rights(0, 0, 1);
}

/* Opens, before the nursery is confined, what its children get later. */
static void
be_given(const char *role)
{
	if (strcmp(role, "control") == 0) {
		(void)unlink(settings.sock);
		hold(listener(settings.sock, SOCK_STREAM));
	} else {
		hold(counters[0] = socket(AF_INET, SOCK_RAW, 253));
		hold(counters[1] = socket(AF_INET6, SOCK_RAW, 253));
		hold(memory_create("journal", 1 << 20));
		hold(open(conf_path, O_RDONLY));
	}
	hold(pair[0]);
}

/* Begins as engine.c and control.c do. */
static void
be_child(const char *role)
{
	struct sockaddr_nl snl = { .nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK };

	if (strcmp(role, "control") == 0) {
		confine_files(128);
		sandbox_enter(SANDBOX_CONTROL);
		return;
	}
	netlink_fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	if (netlink_fd == -1 ||
	    bind(netlink_fd, (struct sockaddr *)&snl, sizeof(snl)) == -1)
		warn("netlink");
	hold(netlink_fd);
	sandbox_enter(SANDBOX_ENGINE);
	hold(socket(AF_INET, SOCK_DGRAM, 0));
	hold(socket(AF_INET6, SOCK_DGRAM, 0));
}

/* Becomes the nursery of a role.  Each child gets the number of its act. */
static void __attribute__((noreturn)) bear(const char *role, int fd)
{
	char *argv[] = { (char *)(uintptr_t)role, NULL };
	uint32_t n;
	int link_fd;

	if (dup2(fd, NURSERY_FD) == -1)
		err(EX_OSERR, "dup2");
	closefrom(NURSERY_FD + 1);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		err(EX_OSERR, "socketpair");
	be_given(role);
	link_fd = nursery(role, 1, argv);
	log_here(link_fd);
	hold(link_fd);
	if (read(link_fd, &n, sizeof(n)) != sizeof(n) || n >= nacts)
		_exit(EX_PROTOCOL);
	be_child(role);
	try(&acts[n]);
}

/* --- the process that starts the children ---------------------------------
 */

/* Sets the result from the text that the child wrote and its exit status. */
static void
judge(const struct act *a, int role, const char *said, int status,
    struct result *r)
{
	static const struct {
		int error;
		const char *name;
	} reasons[] = {
		{ EPERM, "EPERM" },
		{ EACCES, "EACCES" },
		{ ENOENT, "ENOENT" },
		{ ENOSYS, "ENOSYS" },
		{ EAGAIN, "EAGAIN" },
		{ 0, NULL },
	};
	int i, error = 0;
	char *name;

	memset(r, 0, sizeof(*r));
	if ((WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) ||
	    (WIFEXITED(status) && WEXITSTATUS(status) == EX_SOFTWARE)) {
		strcpy(r->cell, "killed");
		if ((said = strstr(said, FORBIDDEN)) == NULL)
			return;
		name = seccomp_syscall_resolve_num_arch(seccomp_arch_native(),
		    atoi(said + strlen(FORBIDDEN)));
		snprintf(r->call, sizeof(r->call), "%s",
		    name != NULL ? name : "?");
		free(name);
		return;
	}
	if (sscanf(said, "errno %d", &error) == 1)
		for (i = 0; reasons[i].name != NULL; i++)
			if (reasons[i].error == error) {
				r->wrong =
				    role != HOOK && !(a->may & PASSES(role));
				snprintf(r->cell, sizeof(r->cell), "%s%s",
				    reasons[i].name, r->wrong ? "!" : "");
				return;
			}
	/* execve(2) does not return when it works */
	if (!WIFEXITED(status) || (said[0] == '\0' && WEXITSTATUS(status) != 0))
		errx(EX_SOFTWARE, "%s: ended with status %#x: %s", a->name,
		    status, said);
	strcpy(r->cell, a->may & role ? "may" : "DONE");
	if (error != 0)
		snprintf(r->cell + strlen(r->cell), 16, "/%d", error);
	r->wrong = !(a->may & role);
}

static size_t
read_all(int fd, char *buf, size_t size)
{
	size_t i, len = 0;
	ssize_t n;

	while (len < size - 1 && (n = read(fd, buf + len, size - 1 - len)) > 0)
		len += n;
	for (i = 0; i < len; i++) /* of the head of a message */
		if (buf[i] == '\0')
			buf[i] = '?';
	buf[len] = '\0';
	close(fd);
	return len;
}

static void
try_forked(void (*be)(void), int role, struct result *r)
{
	char said[1024];
	int fd[2], status;
	size_t i;
	pid_t pid;

	for (i = 0; i < nacts; i++) {
		fflush(stdout);
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1 ||
		    (pid = fork()) == -1)
			err(EX_OSERR, "fork");
		if (pid == 0) {
			close(fd[0]);
			if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
				err(EX_OSERR, "socketpair");
			/* where a child logs before it ends */
			if (dup2(fd[1], NURSERY_FD) == -1 ||
			    dup2(fd[1], STDERR_FILENO) == -1)
				_exit(EX_OSERR);
			close(fd[1]);
			log_here(NURSERY_FD);
			be();
			try(&acts[i]);
		}
		close(fd[1]);
		read_all(fd[0], said, sizeof(said));
		if (waitpid(pid, &status, 0) == -1)
			err(EX_OSERR, "waitpid");
		judge(&acts[i], role, said, status, &r[i]);
	}
}

/* Reads the next message of a nursery. */
static uint32_t
hear(struct imsgbuf *ib, struct wire_ended *e)
{
	struct imsg imsg;
	uint32_t type;

	while (imsgbuf_get(ib, &imsg) != 1)
		if (imsgbuf_read(ib) != 1)
			errx(EX_SOFTWARE, "a nursery is gone");
	type = imsg_get_type(&imsg);
	if (type == IMSG_LOG)
		warnx("%.*s", (int)imsg.len - 4, imsg.data + 4);
	if (type == IMSG_ENDED && imsg_get_data(&imsg, e, sizeof(*e)) == -1)
		errx(EX_SOFTWARE, "bad ENDED");
	imsg_free(&imsg);
	return type;
}

static void
try_born(const char *name, int role, struct result *r)
{
	struct imsgbuf ib;
	struct wire_ended e;
	char said[1024];
	int fd[2], life[2];
	uint32_t i;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1 ||
	    (pid = fork()) == -1)
		err(EX_OSERR, "fork");
	if (pid == 0)
		bear(name, fd[1]);
	close(fd[1]);
	imsgbuf_init(&ib, fd[0]);
	imsgbuf_allow_fdpass(&ib);
	while (hear(&ib, &e) != IMSG_CONFINED)
		;
	for (i = 0; i < nacts; i++) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, life) == -1 ||
		    imsg_compose(&ib, IMSG_START, 0, 0, life[1], NULL, 0) ==
			-1 ||
		    imsgbuf_flush(&ib) == -1 ||
		    write(life[0], &i, sizeof(i)) != sizeof(i))
			err(EX_OSERR, "start of a life");
		read_all(life[0], said, sizeof(said));
		while (hear(&ib, &e) != IMSG_ENDED)
			;
		judge(&acts[i], role, said, e.status, &r[i]);
	}
	imsgbuf_clear(&ib);
	close(fd[0]);
	(void)waitpid(pid, NULL, 0);
}

/* --- the world ---------------------------------------------------------------
 */

static void
on_usr1(int sig)
{
	(void)sig;
	(*caught)++;
}

static pid_t
make_victim(uid_t uid)
{
	sigset_t set, old;
	pid_t pid;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	signal(SIGUSR1, on_usr1);
	if ((pid = fork()) == -1)
		err(EX_OSERR, "fork");
	if (pid == 0) {
		if (setresgid(uid, uid, uid) == -1 ||
		    setresuid(uid, uid, uid) == -1 ||
		    prctl(PR_SET_DUMPABLE, 0) == -1 ||
		    prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
			err(EX_OSERR, "victim");
		for (;;)
			sigsuspend(&old);
	}
	signal(SIGUSR1, SIG_DFL);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return pid;
}

static const char *
path(const char *dir, const char *name)
{
	char *p;

	if (asprintf(&p, "%s/%s", dir, name) == -1)
		err(EX_OSERR, "%s", name);
	return p;
}

/* Makes the directory and its files, which an act of an earlier role may have
 * removed. */
static void
make_below(void)
{
	static const char *const files[] = { "other", "victim" };
	int fd;
	size_t i;

	if (mkdir(below_path, 0755) == -1 && errno != EEXIST)
		err(EX_OSERR, "%s", below_path);
	for (i = 0; i < 2; i++) {
		fd = open(path(below_path, files[i]), O_WRONLY | O_CREAT, 0644);
		if (fd == -1)
			err(EX_OSERR, "%s", files[i]);
		close(fd);
	}
}

static void
remove_below(void)
{
	static const char *const files[] = { "other", "victim", "renamed" };
	size_t i;

	for (i = 0; i < 3; i++)
		(void)unlink(path(below_path, files[i]));
	(void)rmdir(below_path);
}

static void
make_world(const char *dir)
{
	struct passwd *pw = getpwnam(SMCROUTE_USER);
	int fd;

	if (pw == NULL)
		errx(EX_NOUSER, "no user %s", SMCROUTE_USER);
	caught = mmap(NULL, sizeof(*caught), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	victims[0] = make_victim(0);
	victims[1] = make_victim(pw->pw_uid);
	if (mkdir(path(dir, "etc"), 0755) == -1 ||
	    mkdir(path(dir, "log"), 0755) == -1)
		err(EX_OSERR, "%s", dir);
	conf_path = path(dir, "etc/smcroute.conf");
	if ((fd = open(conf_path, O_WRONLY | O_CREAT, 0600)) == -1)
		err(EX_OSERR, "%s", conf_path);
	close(fd);
	stream_path = path(dir, "log/stream");
	datagram_path = path(dir, "log/datagram");
	(void)listener(stream_path, SOCK_STREAM);
	(void)listener(datagram_path, SOCK_DGRAM);
	below_path = RUNDIR "/acts.d";
	if ((link_index = if_nametoindex("r0")) == 0)
		err(EX_OSERR, "r0");
	settings.conf = conf_path;
	settings.pid = run_path = RUNDIR "/acts.pid";
	settings.sock = RUNDIR "/acts.sock";
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int role;
		void (*be)(void);
	} who[] = {
		{ "engine", ENGINE, NULL },
		{ "control", CONTROL, NULL },
		{ "nursery", NURSERY, be_nursery },
		{ "parent", PARENT, be_parent },
		{ "reader", READER, be_reader },
		{ "hook", HOOK, be_hook },
	};
	static struct result results[NROLES][256];
	const char *called;
	size_t i, n, wrong = 0;

	if (argc != 2)
		errx(EX_USAGE, "usage: acts DIR");
	if (syscall(SYS_landlock_create_ruleset, NULL, 0,
		LANDLOCK_CREATE_RULESET_VERSION) < 1 ||
	    prctl(PR_GET_SECCOMP) == -1)
		errx(EX_UNAVAILABLE, "a kernel without Landlock or seccomp");
	/* kept free for the children's link */
	closefrom(NURSERY_FD);
	if (open("/dev/null", O_RDWR | O_CLOEXEC) != NURSERY_FD)
		errx(EX_OSERR, "descriptors");
	make_world(argv[1]);
	for (n = 0; n < NROLES; n++) {
		make_below();
		if (who[n].be == NULL)
			try_born(who[n].name, who[n].role, results[n]);
		else
			try_forked(who[n].be, who[n].role, results[n]);
	}
	printf(
	    "killed: by the filter, at this call; E...: refused by the "
	    "kernel; may: done, and\nit may be; /N: but errno was N.  "
	    "Wrong: DONE; E...!: it should not have passed\nthe filter.\n\n");
	printf("%-31s %-18s", "act", "call");
	for (n = 0; n < NROLES; n++)
		printf(" %-7s", who[n].name);
	printf("\n");
	for (i = 0; i < nacts; i++) {
		called = "";
		for (n = 0; n < NROLES && called[0] == '\0'; n++)
			called = results[n][i].call;
		printf("%-31s %-18s", acts[i].name, called);
		for (n = 0; n < NROLES; n++) {
			printf(" %-7s", results[n][i].cell);
			wrong += results[n][i].wrong;
		}
		printf("\n");
	}
	(void)unlink(settings.sock);
	remove_below();
	kill(victims[0], SIGKILL);
	kill(victims[1], SIGKILL);
	printf("%zu acts of 5 processes, %zu wrong\n", nacts, wrong);
	return wrong > 0;
}
