/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sockets that hold group memberships, as many as the kernel's limits need.
 * They are known by a number; 0 is none.
 */
#ifndef GROUP_SOCK_H
#define GROUP_SOCK_H

#include <stdint.h>
#include "engine/sys/membership.h"

/* Has the parent hold sockets, too, those with a number below max. */
void group_sock_init(uint32_t max);

/* The socket that holds it now, or 0 with errno; ENXIO: its interface is gone,
 * EAFNOSUPPORT: the interface does not do IPv4 or IPv6 at present. */
uint32_t group_sock_join(const struct membership *);
void group_sock_leave(uint32_t, const struct membership *);
/* The same when its interface is gone. */
void group_sock_forget(uint32_t, const struct membership *);
/* Has the kernel report an IPv4 one to the network again.  0, or -1 with
 * errno. */
int group_sock_report(uint32_t, const struct membership *);

#endif
