/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the engine may hand the parent to keep: messages of any type, number,
 * length and descriptor, whatever is kept already.
 *
 * Files:	common/imsg.c
 * Eva:	-eva-slevel 100
 * Whole:	hold_message is_membership_socket keep drop hold_max
 */
#include "service/hold.c"
#include "proof.h"
#include "standin.h"

static void
is_descriptor(int fd)
{
	yes(fd >= 0);
	yes(fd <= 1023);
}

int
getrlimit(int which, struct rlimit *rl)
{
	(void)which;
	any(rl, sizeof(*rl));
	return Frama_C_interval(-1, 0);
}

int
getsockopt(int fd, int level, int option, void *value, socklen_t *len)
{
	is_descriptor(fd);
	yes(level == SOL_SOCKET);
	(void)option;
	any(value, *len);
	return Frama_C_interval(-1, 0);
}

int
getsockname(int fd, struct sockaddr *a, socklen_t *len)
{
	is_descriptor(fd);
	yes(*len == sizeof(struct sockaddr_storage));
	any(a, *len);
	return Frama_C_interval(-1, 0);
}

int
close(int fd)
{
	is_descriptor(fd);
	return 0;
}

void
notify(const char *fmt, ...)
{
	(void)fmt;
}

void
notify_fd(int fd, const char *fmt, ...)
{
	is_descriptor(fd);
	(void)fmt;
}

/* Any message with this descriptor, or -1. */
static void
any_message(int fd)
{
	size_t len = Frama_C_size_t_interval(0, sizeof(data));
	uint32_t type = Frama_C_unsigned_int_interval(0, UINT32_MAX);
	struct imsg *m = message(type, len, sizeof(data));

	m->fd = fd;
	either(1 + hold_message(m));
}

void
prove(void)
{
	size_t i;

	//@ loop unroll 8192;
	for (i = 0; i < MAXHOLD; i++)
		mine[i].fd = Frama_C_interval(0, 1024);
	nmine = Frama_C_unsigned_int_interval(0, MAXHOLD);
	any_message(-1);
	any_message(Frama_C_interval(0, 1023));
}
