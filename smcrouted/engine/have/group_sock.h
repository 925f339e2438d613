/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sockets that hold group memberships: as many as the kernel's limits require.
 * A socket is named by a number; 0 is none.
 */
#ifndef GROUP_SOCK_H
#define GROUP_SOCK_H

#include <stdint.h>
#include "engine/sys/membership.h"

/* Sockets with a number below max are held by the parent, too. */
void group_sock_init(uint32_t max);

/* Joins.  Returns the socket that holds the membership, or 0 with errno.
 * ENXIO: the interface is gone; EAFNOSUPPORT: it does no IPv4 or no IPv6 at
 * present. */
uint32_t group_sock_join(const struct membership *);
void group_sock_leave(uint32_t, const struct membership *);
/* Leaves when the interface is gone: only the socket still has the
 * membership. */
void group_sock_forget(uint32_t, const struct membership *);
/* Makes the kernel report an IPv4 membership to the network again.  0, or -1
 * with errno. */
int group_sock_report(uint32_t, const struct membership *);

#endif
