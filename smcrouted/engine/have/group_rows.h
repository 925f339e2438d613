/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The kernel's list of groups, read once and then searched many times.
 */
#ifndef GROUP_ROWS_H
#define GROUP_ROWS_H

#include <stdint.h>
#include "common/addr.h"

/* Reads the list of a family (v6: 0 or 1).  0, or -1: the kernel has no such
 * list, or memory is short. */
int group_rows_read(int v6);
/* 1 when the list that was read last has the group on this interface. */
int group_rows_have(uint32_t ifindex, const struct addr *grp);
/* Frees the list. */
void group_rows_free(void);

#endif
