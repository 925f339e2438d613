/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Landlock: obeys the rules that were made by paths_linux.c.
 */
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "paths.h"

void
paths_enter(int rules)
{
	if (rules == -1)
		return;
	if (syscall(SYS_landlock_restrict_self, rules, 0) == -1)
		fatal(EX_OSERR, "Landlock");
	close(rules);
}
