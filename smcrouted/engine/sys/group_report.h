/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Reports a membership to the network again.  One file per system.
 */
#ifndef GROUP_REPORT_H
#define GROUP_REPORT_H

#include "membership.h"

/*
 * Makes the kernel report an IPv4 membership, which this socket holds, to the
 * network once more, without sending anything that says that the group is left.
 * 0, or -1 with errno: nothing has changed.
 */
int group_report(int fd, const struct membership *);

#endif
