/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The memberships of an interface as the kernel lists them in /proc.
 */
#ifndef MEMBERSHIPS_H
#define MEMBERSHIPS_H

#include <stdint.h>
#include "engine/have/groups.h"

#define MAX_MEMBERSHIPS 20000

struct memberships {
	uint32_t n;
	struct membership m[MAX_MEMBERSHIPS];
};

void memberships_add(struct memberships *, const struct membership *);
void memberships_sort(struct memberships *);
/* 1 when both, sorted, are the same. */
int memberships_same(const struct memberships *, const struct memberships *);
/* Those of others than the system, each held by one socket. */
void memberships_read(uint32_t ifindex, struct memberships *);

#endif
