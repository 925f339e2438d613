/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sockets that hold group memberships, kept for an engine that may die.
 */
#include <sys/resource.h>
#include <sys/socket.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/wire.h"
#include "hold.h"
#include "notify.h"

#define SPARE 128 /* descriptors for all else */

struct held {
	int fd;	       /* plus one: 0 is none */
	char name[32]; /* for a service manager that keeps it, too */
};

/* The sockets of this engine and of earlier engines, by the number that the
 * engine gave each. */
static struct held mine[MAXHOLD], earlier[MAXHOLD];
static uint32_t nmine, nearlier; /* highest number in use, and one */

/* There is room for three sets of sockets: those of this engine, those of the
 * engine before it, and copies for another daemon.  An engine that dies before
 * it is READY adds no set. */
uint32_t
hold_max(void)
{
	static uint32_t max;
	struct rlimit rl;

	if (max != 0 || getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return max;
	max = rl.rlim_cur > SPARE ? (rl.rlim_cur - SPARE) / 3 : 0;
	if (max > MAXHOLD)
		max = MAXHOLD;
	return max;
}

static int
is_membership_socket(int fd)
{
	struct sockaddr_storage ss = { .ss_family = AF_UNSPEC };
	socklen_t len = sizeof(int), size = sizeof(ss);
	int type;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    getsockname(fd, (struct sockaddr *)&ss, &size) == 0 &&
	    type == SOCK_DGRAM &&
	    (ss.ss_family == AF_INET || ss.ss_family == AF_INET6);
}

static void
keep(struct held *h, int fd)
{
	static unsigned int serial;

	h->fd = fd + 1;
	snprintf(h->name, sizeof(h->name), "%s%ld-%u", HOLD_NAME,
	    (long)getpid(), serial++);
	notify_fd(fd, "FDSTORE=1\nFDPOLL=0\nFDNAME=%s", h->name);
}

static void
drop(struct held *h)
{
	int fd = h->fd - 1;

	if (fd == -1)
		return;
	close(fd);
	notify("FDSTOREREMOVE=1\nFDNAME=%s", h->name);
	h->fd = 0;
}

int
hold_message(struct imsg *imsg)
{
	uint32_t id = imsg_get_id(imsg);
	int fd = imsg_get_fd(imsg), hold = imsg_get_type(imsg) == IMSG_HOLD;

	if (id >= hold_max() || imsg_get_len(imsg) != 0 || hold != (fd != -1) ||
	    (hold && (mine[id].fd != 0 || !is_membership_socket(fd)))) {
		if (fd != -1)
			close(fd);
		return -1;
	}
	if (!hold) {
		drop(&mine[id]);
		return 0;
	}
	keep(&mine[id], fd);
	if (id >= nmine)
		nmine = id + 1;
	return 0;
}

/* An engine that dies before it is READY has joined fewer groups than the
 * engines before it, so its sockets go and theirs stay. */
void
hold_next(void)
{
	uint32_t i;

	for (i = 0; i < nmine; i++) {
		if (nearlier == 0)
			earlier[i] = mine[i];
		else
			drop(&mine[i]);
		mine[i].fd = 0;
	}
	if (nearlier == 0)
		nearlier = nmine;
	nmine = 0;
}

void
hold_settled(void)
{
	while (nearlier > 0)
		drop(&earlier[--nearlier]);
}

void
hold_inherit(int fd, const char *name)
{
	struct held *h = &earlier[nearlier];

	if (nearlier == MAXHOLD) {
		close(fd);
		return;
	}
	h->fd = fd + 1;
	strlcpy(h->name, name, sizeof(h->name));
	nearlier++;
}

void
hold_each(void (*f)(int))
{
	uint32_t i;

	for (i = 0; i < nearlier; i++)
		if (earlier[i].fd != 0)
			f(earlier[i].fd - 1);
	for (i = 0; i < nmine; i++)
		if (mine[i].fd != 0)
			f(mine[i].fd - 1);
}
