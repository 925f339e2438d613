/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The groups that the kernel has on its interfaces.  One file per system.
 */
#ifndef GROUP_LIST_H
#define GROUP_LIST_H

#include <stdint.h>
#include "common/addr.h"

/*
 * Calls f for each group of a family (v6: 0 or 1) that an interface is a member
 * of, whoever has joined it; the same may be told twice.  0, or -1 with errno;
 * EOPNOTSUPP: this kernel does not tell.  Needs what ifaddr_open() opens.
 */
int group_list(int v6,
    void (*f)(uint32_t ifindex, const struct addr *grp, void *), void *);

#endif
