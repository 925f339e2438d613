/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * For systems on which the engine cannot have the list of groups.
 */
#include <errno.h>

#include "group_list.h"

int
group_list(int v6, group_fn *f, void *arg)
{
	(void)v6;
	(void)f;
	(void)arg;
	errno = EOPNOTSUPP;
	return -1;
}
