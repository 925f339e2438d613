/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A group membership of an interface.
 */
#ifndef MEMBERSHIP_H
#define MEMBERSHIP_H

#include <stdint.h>
#include "common/addr.h"

struct membership {
	uint32_t ifindex;
	struct addr src; /* the family's "any" address: all sources */
	struct addr grp;
};

#endif
