/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Takes what another daemon leaves: by way of a service manager's store, or,
 * with -x, from a daemon that runs and is asked.
 */
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/imsg.h"
#include "common/log.h"
#include "service/handover_link.h"
#include "service/hold.h"
#include "service/memory.h"
#include "service/state.h"
#include "start.h"

#define FIRST_PASSED 3	/* of a service manager's descriptors */
#define PATIENCE     10 /* seconds, for one message */
#define JOURNAL_SIZE (128 << 20)
#define TABLE_SIZE   (1 << 30)

/* Descriptors plus one, so that 0 is none. */
static int from_last[HANDOVER_MAX];
static struct imsgbuf last;

static int
is_held(const char *name)
{
	return strncmp(name, HOLD_NAME, strlen(HOLD_NAME)) == 0;
}

static void
inherit(unsigned int which, const char *name, int fd)
{
	if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
		return; /* the manager has named one that is not open */
	if (which == HANDOVER_MAX)
		state_hold(fd, name);
	else if (which < HANDOVER_MAX && from_last[which] == 0)
		from_last[which] = fd + 1;
	else
		close(fd);
}

int
takeover_passed(void)
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
			name = ""; /* nothing of this daemon's has this name */
		for (which = 0; which < HANDOVER_MAX; which++)
			if (strcmp(handover_names[which], name) == 0)
				break;
		if (which == HANDOVER_MAX && !is_held(name))
			which++;
		inherit(which, name, FIRST_PASSED + i);
	}
	free(copy);
	return n;
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

	if (handover_path(sun.sun_path, sizeof(sun.sun_path)) &&
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
	struct asks asks = { HANDOVER_VERSION, 0, state.network };
	struct imsg imsg;
	uint32_t id;
	int fd, n;

	if ((fd = connect_last()) == -1)
		return;
	if (imsgbuf_init(&last, fd) == -1)
		fatal(EX_OSERR, "takeover");
	imsgbuf_allow_fdpass(&last);
	/* the other daemon may have refused already, without reading this */
	if (imsg_compose(&last, TAKE, 0, 0, -1, &asks, sizeof(asks)) != -1)
		(void)imsgbuf_flush(&last);
	for (;;) {
		while ((n = imsgbuf_get(&last, &imsg)) == 1) {
			if (imsg_get_type(&imsg) == END) {
				/* the parent program says DONE */
				state.fd[STATE_LAST] = last.fd;
				if (imsgbuf_get(&last, &imsg) != 0)
					fatalx(EX_UNAVAILABLE,
					    "too late to take over");
				return;
			}
			id = imsg_get_id(&imsg);
			if (imsg_get_type(&imsg) == REFUSED && id < REASON_MAX)
				fatalx(EX_UNAVAILABLE,
				    "the daemon that runs does not hand over: "
				    "%s",
				    handover_reasons[id]);
			fd = imsg_get_fd(&imsg);
			if (imsg_get_type(&imsg) == THING && fd != -1)
				inherit(imsg_get_id(&imsg), "", fd);
			else if (fd != -1)
				close(fd);
			imsg_free(&imsg);
		}
		errno = 0;
		if (n == -1 || imsgbuf_read(&last) != 1 || errno == EAGAIN)
			fatalx(EX_UNAVAILABLE,
			    "the daemon that runs does not hand over");
	}
}

int
takeover_is_on(void)
{
	return last.fd > 0;
}

int
takeover_get(enum handover which)
{
	int fd = from_last[which] - 1;

	from_last[which] = 0;
	return fd;
}

static struct left *
map_left(int fd)
{
	struct left *left;
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1 || st.st_size != sizeof(*left))
		return NULL;
	left = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
	    0);
	/* cppcheck-suppress memleak ; the caller gets it */
	return left == MAP_FAILED ? NULL : left;
}

/* 1 when the memory is of this version, routing table and namespace, and is not
 * damaged. */
static int
is_ours(const struct left *left)
{
	return left->version == HANDOVER_VERSION &&
	    left->table == settings.table && left->network == state.network &&
	    left->upcalls.first < UPCALL_CREDIT &&
	    left->upcalls.n <= UPCALL_CREDIT;
}

/* Takes the memory that outlives an engine, or makes it if none was left.  An
 * engine goes on when it cannot map the memory, so this program tries it first.
 * It lets the memory stay mapped: an engine needs room for all of it at once.
 */
static void
take_memory(enum handover which, size_t size)
{
	static void *kept[HANDOVER_MAX];
	const char *name = handover_names[which];

	state.fd[which] = takeover_get(which);
	if (state.fd[which] == -1)
		state.fd[which] = memory_create(name, size);
	kept[which] = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
	    state.fd[which], 0);
	if (kept[which] == MAP_FAILED)
		fatal(EX_OSERR,
		    "no room for the %s of %zu KiB in the address space "
		    "(ulimit -v)",
		    name, size / 1024);
}

/* Closes what a daemon of another routing table has left: else the kernel's
 * routing would stay in use. */
static void
begin_anew(void)
{
	unsigned int i;
	int fd;

	for (i = 0; i < HANDOVER_MAX; i++)
		if (i != HANDOVER_CONTROL && i != HANDOVER_SOCKET &&
		    (fd = takeover_get(i)) != -1)
			close(fd);
	state.fd[HANDOVER_GATE] = memory_create("gate", sizeof(struct left));
}

static void
go_on_with(struct left *left, int gate)
{
	int v6;

	state.is_heir = 1;
	state.fd[HANDOVER_GATE] = gate;
	for (v6 = 0; v6 <= 1; v6++)
		if (from_last[HANDOVER_MROUTE4 + v6] == 0)
			memset(left->gate.ifindex[v6], 0,
			    sizeof(left->gate.ifindex[v6]));
}

void
takeover_open(void)
{
	struct left *left;
	int gate;

	state.network = network();
	if (settings.take_over)
		ask_last();
	gate = takeover_get(HANDOVER_GATE);
	left = map_left(gate);
	if (left != NULL && is_ours(left))
		go_on_with(left, gate);
	else {
		if (gate != -1)
			close(gate);
		begin_anew();
	}
	take_memory(HANDOVER_JOURNAL, JOURNAL_SIZE);
	take_memory(HANDOVER_TABLE, TABLE_SIZE);
	if (left != NULL)
		munmap(left, sizeof(*left));
}
