/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Lists the groups that the kernel's interfaces are members of.  One file per
 * system.
 */
#ifndef GROUP_LIST_H
#define GROUP_LIST_H

#include <stdint.h>
#include "common/addr.h"

typedef void group_fn(uint32_t ifindex, const struct addr *grp, void *);

/* Opens what some kernels need for the list, while /proc can still be opened.
 * If it cannot, group_list() may answer EOPNOTSUPP. */
void group_list_prepare(void);

/*
 * Calls f for each group of a family (v6: 0 or 1) that an interface is a member
 * of, whichever process has joined it.  f may be called twice for one group.
 * 0, or -1 with errno; EOPNOTSUPP: this kernel has no such list.  ifaddr_open()
 * must have been called.
 */
int group_list(int v6, group_fn *f, void *);

#endif
