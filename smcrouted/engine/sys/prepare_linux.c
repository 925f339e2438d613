/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Linux: files of /proc.
 */
#include "group_list.h"
#include "kernel_state.h"
#include "prepare.h"

void
prepare(void)
{
	kernel_state_prepare();
	group_list_prepare();
}
