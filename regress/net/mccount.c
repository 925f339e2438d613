/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * mccount: counts the tests' packets where they come out.
 *
 *	mccount [-n NS] [-p PEERNS] [-w SEC] LINK ... [-- COMMAND ...]
 *
 * LINK is IF[:PEER][=COUNT]: an interface in NS, the other end of its cable in
 * PEERNS, and how many packets must arrive.  Prints "ready" when it listens.
 *
 * With a COMMAND it runs it (its output on stderr), and then waits until the
 * packets that must come have come, at most SEC (10) seconds.  Without, it
 * counts until SIGTERM.  Then it sends a fence through every link and CPU, so
 * that a packet still on its way is counted too, and prints a line "IF SRC GRP
 * N" for each flow, and for each link "IF total N" and "IF different M".  M
 * counts a packet that comes twice only once: mcsend numbers the packets of a
 * flow, and M are those with a larger number than all before.
 *
 * Exit: 0; 1 when a COUNT is not met exactly; 2 when the COMMAND failed, a
 * fence did not come through or packets got lost in here: no result.
 */
#include <sys/types.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <search.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <arpa/inet.h>

#include "ether.h"
#include "link.h"

#define LINKS	   64
#define FENCE_WAIT 120000 /* ms until a fence counts as lost */

struct counted {
	struct flow flow; /* with the largest number that has come */
	unsigned long n;
};

struct link {
	char *name;
	char *peer; /* NULL: no fence on this link */
	int ifindex;
	int peerindex;
	unsigned long want;
	unsigned long got;
	unsigned long different; /* packets with a larger number than before */
	void *flows;		 /* tree of struct counted */
	int up;			 /* takes part in the fence */
	unsigned long dropped;	 /* frames lost in the cable before the count */
};

static struct link links[LINKS];
static size_t nlinks;
static int all;	      /* everything that arrives in our namespace */
static int fences[2]; /* fences that arrive there, and in the peers' */
static int expecting;
static volatile sig_atomic_t stop;

static void
on_term(int sig)
{
	(void)sig;
	stop = 1;
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

static void
link_add(const char *arg)
{
	struct link *l = &links[nlinks];
	char *p, *end;

	if (nlinks++ == LINKS)
		errx(64, "more than %d links", LINKS);
	if ((l->name = strdup(arg)) == NULL)
		err(71, NULL);
	if ((p = strchr(l->name, '=')) != NULL) {
		*p++ = '\0';
		l->want = strtoul(p, &end, 10);
		if (*p == '\0' || *end != '\0')
			errx(64, "%s: no count", arg);
		expecting = 1;
	}
	if ((p = strchr(l->name, ':')) != NULL) {
		*p++ = '\0';
		l->peer = p;
	}
}

static int
counted_cmp(const void *a, const void *b)
{
	return flow_cmp(&((const struct counted *)a)->flow,
	    &((const struct counted *)b)->flow);
}

static void
count(struct link *l, const struct flow *f)
{
	struct counted *c, **slot;

	if ((c = calloc(1, sizeof(*c))) == NULL)
		err(71, NULL);
	c->flow = *f;
	c->flow.number = 0;
	if ((slot = tsearch(c, &l->flows, counted_cmp)) == NULL)
		err(71, NULL);
	if (*slot != c)
		free(c);
	(*slot)->n++;
	if (f->number > (*slot)->flow.number) {
		(*slot)->flow.number = f->number;
		l->different++;
	}
	l->got++;
}

/* Reads all frames that have arrived. */
static void
drain(void)
{
	uint8_t buf[ETHER_MAX];
	struct flow f;
	ssize_t n;
	size_t i;
	int ifindex;

	while ((n = link_recv(all, &ifindex, buf, sizeof(buf))) > 0) {
		if (ether_read_udp(buf, (size_t)n, &f) == -1)
			continue;
		for (i = 0; i < nlinks; i++)
			if (links[i].ifindex == ifindex)
				count(&links[i], &f);
	}
	if (n == -1)
		err(2, "receive");
}

/* Waits for something to arrive, at most ms. */
static void
wait_frames(int ms, const sigset_t *mask)
{
	struct pollfd pfd = { .fd = all, .events = POLLIN };
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	ppoll(&pfd, 1, &ts, mask);
}

static int
complete(void)
{
	size_t i;

	for (i = 0; i < nlinks; i++)
		if (links[i].got < links[i].want)
			return 0;
	return 1;
}

/* Waits until the fence has come through on every link that is up. */
static void
await_fence(int at, const struct fence *want)
{
	uint8_t buf[ETHER_MAX];
	struct fence fe;
	struct pollfd pfd = { .fd = fences[at], .events = POLLIN };
	long end = now_ms() + FENCE_WAIT;
	size_t i, left = 0;
	ssize_t n;
	int ifindex;

	for (i = 0; i < nlinks; i++)
		left += (size_t)links[i].up;
	for (;;) {
		while ((n = link_recv(fences[at], &ifindex, buf, sizeof(buf))) >
		    0) {
			if (ether_read_fence(buf, (size_t)n, &fe) == -1 ||
			    fe.id != want->id || fe.cpu != want->cpu ||
			    fe.step != want->step)
				continue;
			for (i = 0; i < nlinks; i++)
				if (links[i].up &&
				    ifindex ==
					(at ? links[i].peerindex :
					      links[i].ifindex))
					left--;
		}
		if (left == 0)
			return;
		if (now_ms() > end)
			errx(2, "a fence did not come through");
		poll(&pfd, 1, 100);
	}
}

/*
 * Sends the fence one way, on every CPU.  The CPU that sent a frame processes
 * it, in order, so when a fence has arrived all frames before it have, too.
 */
static void
fence_way(uint32_t step, int from)
{
	uint8_t buf[ETHER_MAX];
	struct fence fe = { 0, (uint32_t)getpid(), 0, step };
	unsigned int cpu, cpus = cpu_count();
	struct link *l;
	size_t len;

	for (cpu = 0; cpu < cpus; cpu++) {
		cpu_go(cpu);
		fe.cpu = cpu;
		len = ether_fence(buf, &fe);
		for (l = links; l < links + nlinks; l++)
			if (l->up &&
			    link_send(fences[from],
				from ? l->peerindex : l->ifindex, buf,
				len) == -1)
				l->up = 0;
		await_fence(!from, &fe);
	}
	cpu_anywhere();
}

/* Sends the fence into the router and, when the router has processed what came
 * before, out of it. */
static void
fence(const char *ns, const char *peerns)
{
	struct link *l;

	if ((fences[0] = link_open(ns, ETHER_FENCE)) == -1 ||
	    (fences[1] = link_open(peerns, ETHER_FENCE)) == -1)
		err(2, "fence");
	for (l = links; l < links + nlinks; l++) {
		if (l->peer == NULL)
			continue;
		/* Interfaces may have gone or come since. */
		l->peerindex = link_index(fences[1], l->peer);
		l->up = link_index(fences[0], l->name) == l->ifindex &&
		    link_running(fences[0], l->name) &&
		    link_running(fences[1], l->peer);
	}
	fence_way(1, 0);
	fence_way(2, 1);
}

static int
run(char *argv[])
{
	sigset_t none;
	pid_t pid;
	int status;

	switch (pid = fork()) {
	case -1:
		err(71, "fork");
	case 0:
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execvp(argv[0], argv);
		err(71, "%s", argv[0]);
	}
	for (;;) {
		switch (waitpid(pid, &status, WNOHANG)) {
		case -1:
			err(71, "waitpid");
		case 0:
			wait_frames(5, NULL);
			drain();
			continue;
		}
		return status;
	}
}

static unsigned long
dropped(const struct link *l, const char *ns, const char *peerns)
{
	return link_dropped(ns, l->name) +
	    (l->peer != NULL ? link_dropped(peerns, l->peer) : 0);
}

static const char *cur; /* twalk() passes no argument on */

static void
print_flow(const void *node, VISIT visit, int depth)
{
	const struct counted *c = *(struct counted *const *)node;
	char src[INET6_ADDRSTRLEN], grp[INET6_ADDRSTRLEN];
	int af = c->flow.v6 ? AF_INET6 : AF_INET;

	(void)depth;
	if (visit != postorder && visit != leaf)
		return;
	printf("%s %s %s %lu\n", cur,
	    inet_ntop(af, c->flow.src, src, sizeof(src)),
	    inet_ntop(af, c->flow.grp, grp, sizeof(grp)), c->n);
}

static int
report(const char *ns, const char *peerns)
{
	struct link *l;
	unsigned long lost;
	size_t i;
	int bad = 0;

	for (i = 0; i < nlinks; i++) {
		l = &links[i];
		cur = l->name;
		twalk(l->flows, print_flow);
		printf("%s total %lu\n", l->name, l->got);
		printf("%s different %lu\n", l->name, l->different);
		if (expecting && l->got != l->want) {
			warnx("%s: expected %lu packets, %lu arrived", l->name,
			    l->want, l->got);
			bad = 1;
		}
		lost = dropped(l, ns, peerns) - l->dropped;
		if (lost != 0 && l->up)
			warnx("%s: %lu frames lost in the cable", l->name,
			    lost);
	}
	if ((lost = link_lost(all)) != 0) {
		warnx("%lu packets lost in mccount", lost);
		bad = 2;
	}
	return bad;
}

int
main(int argc, char *argv[])
{
	struct sigaction sa;
	sigset_t term, old;
	const char *ns = NULL, *peerns = NULL;
	char **command = NULL;
	long end;
	size_t i;
	int ch, limit = 10, status;

	for (ch = 1; ch < argc; ch++) {
		if (strcmp(argv[ch], "--") == 0) {
			command = argv + ch + 1;
			argc = ch;
			break;
		}
	}
	while ((ch = getopt(argc, argv, "n:p:w:")) != -1) {
		switch (ch) {
		case 'n':
			ns = optarg;
			break;
		case 'p':
			peerns = optarg;
			break;
		case 'w':
			limit = atoi(optarg);
			break;
		default:
			return 64;
		}
	}
	if (optind == argc || (command != NULL && command[0] == NULL))
		errx(64,
		    "usage: mccount [-n NS] [-p PEERNS] [-w SEC] "
		    "IF[:PEER][=COUNT] ... [-- COMMAND ...]");
	for (; optind < argc; optind++)
		link_add(argv[optind]);
	if ((all = link_open(ns, 0)) == -1)
		err(2, "%s", ns != NULL ? ns : "packet socket");
	for (i = 0; i < nlinks; i++) {
		if ((links[i].ifindex = link_index(all, links[i].name)) == 0)
			errx(2, "%s: no such interface", links[i].name);
		links[i].dropped = dropped(&links[i], ns, peerns);
	}

	/* SIGTERM is blocked except in ppoll(2). */
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_term;
	sigaction(SIGTERM, &sa, NULL);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &old);
	setvbuf(stdout, NULL, _IOLBF, 0);
	puts("ready");

	if (command != NULL) {
		status = run(command);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			errx(2, "%s failed", command[0]);
		for (end = now_ms() + limit * 1000L;
		     drain(), !complete() && now_ms() < end;)
			wait_frames(50, &old);
	} else {
		while (!stop) {
			wait_frames(1000, &old);
			drain();
		}
	}
	fence(ns, peerns);
	drain();
	return report(ns, peerns);
}
