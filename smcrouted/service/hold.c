/*
 * Sockets that hold group memberships, kept for an engine that may die.
 */
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../common/wire.h"
#include "hold.h"

#define MAXHOLD 8192
#define SPARE	128 /* descriptors for all else */

/* By the engine's number for it: of this life, and of earlier ones. */
static int mine[MAXHOLD], earlier[MAXHOLD];
static uint32_t nmine, nearlier; /* highest number in use, and one */

/* Two lives at most overlap: who dies before it has settled adds nothing. */
uint32_t
hold_max(void)
{
	static uint32_t max;
	struct rlimit rl;

	if (max != 0 || getrlimit(RLIMIT_NOFILE, &rl) == -1)
		return max;
	max = rl.rlim_cur > SPARE ? (rl.rlim_cur - SPARE) / 2 : 0;
	if (max > MAXHOLD)
		max = MAXHOLD;
	return max;
}

static int
is_membership_socket(int fd)
{
	socklen_t len = sizeof(int);
	int type, domain;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) == 0 &&
	    type == SOCK_DGRAM && (domain == AF_INET || domain == AF_INET6);
}

/* Descriptors are kept plus one, so that 0 is none. */
static void
drop(int *held)
{
	if (*held != 0)
		close(*held - 1);
	*held = 0;
}

int
hold_message(struct imsg *imsg)
{
	uint32_t id = imsg_get_id(imsg);
	int fd = imsg_get_fd(imsg), hold = imsg_get_type(imsg) == IMSG_HOLD;

	if (id >= hold_max() || imsg_get_len(imsg) != 0 || hold != (fd != -1) ||
	    (hold && (mine[id] != 0 || !is_membership_socket(fd)))) {
		if (fd != -1)
			close(fd);
		return -1;
	}
	if (!hold) {
		drop(&mine[id]);
		return 0;
	}
	mine[id] = fd + 1;
	if (id >= nmine)
		nmine = id + 1;
	return 0;
}

/* One that dies before it is READY has joined less than those before it. */
void
hold_next(void)
{
	uint32_t i;

	for (i = 0; i < nmine; i++) {
		if (nearlier == 0)
			earlier[i] = mine[i];
		else
			drop(&mine[i]);
		mine[i] = 0;
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
