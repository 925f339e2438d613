/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * gauge: times by the clock, for the benchmarks.
 *
 *	gauge entries SRC GRP N	when the kernel has all of N, counted up from
 *				this one
 *	gauge quiet PID ...	when these processes last used the CPU, as soon
 *				as they have not for 150 ms
 *	gauge changes		until SIGTERM: how many routes were set and
 *				deleted in the kernel ("changes")
 *	gauge run TEXT COMMAND	runs it: how long until it has written TEXT
 *				("first_ms") and until it ended ("ms")
 *	gauge each FILE COMMAND	runs it once for each line of FILE, whose words
 *				become its last arguments: "p50_ms", "max_ms",
 *				"failed"
 *
 * "at" is CLOCK_MONOTONIC in seconds.  After a minute, or LATE seconds
 * (environment), it dies of SIGALRM.
 */
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mroute.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUIET  0.15
#define IDLE   100000 /* ns of CPU that are no work */
#define MAXARG 64
#define RUNS   100000

extern char **environ;

static volatile sig_atomic_t stop;

static void
on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void
nap(long us)
{
	struct timespec ts = { 0, us * 1000 };

	nanosleep(&ts, NULL);
}

static struct in_addr
nth(const char *base, uint32_t n)
{
	struct in_addr a;

	if (inet_pton(AF_INET, base, &a) != 1)
		errx(64, "%s: no address", base);
	a.s_addr = htonl(ntohl(a.s_addr) + n);
	return a;
}

/* Returns whether it had to wait for it. */
static int
await_entry(int fd, struct sioc_sg_req *sg)
{
	int waited = 0;

	for (; ioctl(fd, SIOCGETSGCNT, sg) == -1; waited = 1)
		nap(100);
	return waited;
}

/* Whichever of them is the last; most are there when both ends are. */
static void
entries(const char *src, const char *grp, uint32_t n)
{
	struct sioc_sg_req sg;
	uint32_t i;
	double at = 0;
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_IGMP);

	if (fd == -1)
		err(71, "socket");
	memset(&sg, 0, sizeof(sg));
	sg.src = nth(src, n - 1);
	sg.grp = nth(grp, n - 1);
	(void)await_entry(fd, &sg);
	for (i = 0; i < n; i++) {
		sg.src = nth(src, i);
		sg.grp = nth(grp, i);
		if (await_entry(fd, &sg) || i == 0)
			at = now();
	}
	printf("at %.6f\n", at);
}

/* Nanoseconds of CPU that a process has had; one that is gone, none. */
static unsigned long long
cpu_of(const char *pid)
{
	char path[64];
	unsigned long long ns = 0;
	FILE *fp;

	snprintf(path, sizeof(path), "/proc/%s/schedstat", pid);
	if ((fp = fopen(path, "re")) == NULL)
		return 0;
	if (fscanf(fp, "%llu", &ns) != 1)
		ns = 0;
	fclose(fp);
	return ns;
}

static void
quiet(char *pids[])
{
	unsigned long long sum, before = 0;
	double at = now();
	int i;

	do {
		sum = 0;
		for (i = 0; pids[i] != NULL; i++)
			sum += cpu_of(pids[i]);
		if (sum > before + IDLE) {
			at = now();
			before = sum;
		}
		nap(1000);
	} while (now() - at < QUIET);
	printf("at %.6f\n", at);
}

static void
changes(void)
{
	static char buf[1 << 18];
	struct sockaddr_nl nl;
	struct nlmsghdr *h;
	unsigned long n = 0, overruns = 0;
	ssize_t len;
	int fd, size = 256 << 20;

	memset(&nl, 0, sizeof(nl));
	nl.nl_family = AF_NETLINK;
	nl.nl_groups =
	    1U << (RTNLGRP_IPV4_MROUTE - 1) | 1U << (RTNLGRP_IPV6_MROUTE - 1);
	if ((fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ==
		-1 ||
	    bind(fd, (struct sockaddr *)&nl, sizeof(nl)) == -1)
		err(71, "netlink");
	puts("ready");
	for (;;) {
		len = recv(fd, buf, sizeof(buf), stop ? MSG_DONTWAIT : 0);
		if (len == -1 && errno == ENOBUFS)
			overruns++;
		else if (len == -1 && errno == EAGAIN)
			break;
		else if (len == -1 && errno != EINTR)
			err(71, "recv");
		if (len == -1)
			continue;
		for (h = (struct nlmsghdr *)(void *)buf;
		     NLMSG_OK(h, (unsigned int)len); h = NLMSG_NEXT(h, len))
			n++;
	}
	printf("changes %lu\noverruns %lu\n", n, overruns);
}

static pid_t
start(char *argv[], int out)
{
	posix_spawn_file_actions_t fa;
	pid_t pid;

	if (posix_spawn_file_actions_init(&fa) != 0 ||
	    posix_spawn_file_actions_adddup2(&fa, out, 1) != 0 ||
	    posix_spawn(&pid, argv[0], &fa, NULL, argv, environ) != 0)
		errx(71, "cannot run %s", argv[0]);
	posix_spawn_file_actions_destroy(&fa);
	return pid;
}

static int
status_of(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) == -1)
		err(71, "waitpid");
	return status;
}

static void
run(const char *text, char *argv[])
{
	static char buf[1 << 16];
	double t = now(), first = 0, end;
	size_t keep = 0, total = 0;
	ssize_t n;
	pid_t pid;
	int fd[2], status;

	if (pipe2(fd, O_CLOEXEC) == -1)
		err(71, "pipe");
	pid = start(argv, fd[1]);
	close(fd[1]);
	while ((n = read(fd[0], buf + keep, sizeof(buf) - keep)) > 0) {
		total += (size_t)n;
		keep += (size_t)n;
		if (first == 0 && memmem(buf, keep, text, strlen(text)) != NULL)
			first = now();
		if (first != 0 || keep == sizeof(buf))
			keep = 0;
	}
	status = status_of(pid);
	end = now();
	printf("ms %.3f\nbytes %zu\nstatus %d\n", (end - t) * 1e3, total,
	    status);
	if (first != 0)
		printf("first_ms %.3f\n", (first - t) * 1e3);
}

static int
cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
each(const char *file, int argc, char *argv[])
{
	static double took[RUNS];
	char *args[MAXARG], *line = NULL, *p, *word;
	size_t size = 0, n = 0, failed = 0;
	FILE *fp;
	double t;
	int i, null;

	if ((fp = fopen(file, "re")) == NULL)
		err(71, "%s", file);
	if ((null = open("/dev/null", O_WRONLY | O_CLOEXEC)) == -1)
		err(71, "/dev/null");
	while (n < RUNS && getline(&line, &size, fp) != -1) {
		for (i = 0; i < argc && i < MAXARG - 1; i++)
			args[i] = argv[i];
		p = line;
		while ((word = strsep(&p, " \n")) != NULL && i < MAXARG - 1)
			if (*word != '\0')
				args[i++] = word;
		args[i] = NULL;
		t = now();
		failed += status_of(start(args, null)) != 0;
		took[n++] = now() - t;
	}
	qsort(took, n, sizeof(*took), cmp);
	if (n > 0)
		printf("p50_ms %.3f\nmax_ms %.3f\nfailed %zu\n",
		    took[n / 2] * 1e3, took[n - 1] * 1e3, failed);
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "", *late = getenv("LATE");
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_term;
	sigaction(SIGTERM, &sa, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	alarm(late != NULL ? (unsigned int)atoi(late) : 60);
	if (strcmp(what, "entries") == 0 && argc == 5)
		entries(argv[2], argv[3], strtoul(argv[4], NULL, 10));
	else if (strcmp(what, "quiet") == 0 && argc > 2)
		quiet(argv + 2);
	else if (strcmp(what, "changes") == 0)
		changes();
	else if (strcmp(what, "run") == 0 && argc > 3)
		run(argv[2], argv + 3);
	else if (strcmp(what, "each") == 0 && argc > 3)
		each(argv[2], argc - 3, argv + 3);
	else
		errx(64, "usage: see the top of gauge.c");
	return 0;
}
