/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * For systems on which a process cannot make the kernel report a membership
 * again.
 */
#include <errno.h>

#include "group_report.h"

int
group_report(int fd, const struct membership *m)
{
	(void)fd;
	(void)m;
	errno = EOPNOTSUPP;
	return -1;
}
