/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Why the BSDs refuse a join.
 */
#include <errno.h>

#include "group_member.h"

/* NetBSD has ETOOMANYREFS for the 21st group of an IPv4 socket. */
int
group_member_error(int fd, const struct membership *m, int error)
{
	(void)fd;
	(void)m;
	if (error == EADDRNOTAVAIL)
		return ENXIO;
	return error == ETOOMANYREFS ? ENOBUFS : error;
}
