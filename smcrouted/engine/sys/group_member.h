/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Joins groups on a socket, and leaves them.  One file per kind of system.
 */
#ifndef GROUP_MEMBER_H
#define GROUP_MEMBER_H

#include "membership.h"

/*
 * Joins, or leaves, the group, or one source of it when the membership has one.
 * 0, or -1 with errno.  EOPNOTSUPP: the system has no such memberships.
 */
int group_member_join(int fd, const struct membership *);
int group_member_leave(int fd, const struct membership *);

/* What the errno of a join that failed means.  ENXIO: the interface is gone;
 * EAFNOSUPPORT: it does no IPv4 or no IPv6; ENOBUFS or ENOMEM: the socket holds
 * as many as the kernel allows. */
int group_member_error(int fd, const struct membership *, int error);

#endif
