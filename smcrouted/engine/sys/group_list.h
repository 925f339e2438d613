/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The groups that the kernel has on its interfaces.  One file per system.
 */
#ifndef GROUP_LIST_H
#define GROUP_LIST_H

#include <stdint.h>
#include "common/addr.h"

typedef void group_fn(uint32_t ifindex, const struct addr *grp, void *);

/* Opens what some kernels need for it, while /proc is in sight; does without
 * where there is none. */
void group_list_prepare(void);

/*
 * Calls f for each group of a family (v6: 0 or 1) that an interface is a member
 * of, whoever has joined it; the same may be told twice.  0, or -1 with errno;
 * EOPNOTSUPP: there is no way to know.  Needs what ifaddr_open() opens.
 */
int group_list(int v6, group_fn *f, void *);

#endif
