/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * FreeBSD: in capability mode a process may send only on a connected socket,
 * and an IPv6 socket is connected on one interface.
 */
#include <errno.h>

#include "rawsock.h"

int
rawsock_set_v6(int fd)
{
	(void)fd;
	errno = EOPNOTSUPP;
	return -1;
}
