/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * syslog(3), which does not wait for the reader of the log on these systems.
 */
#include <syslog.h>

#include "syslog.h"

void
syslog_open(void)
{
}

void
syslog_line(const char *ident, int priority, const char *line)
{
	static int is_open;

	if (!is_open)
		openlog(ident, LOG_PID | LOG_NDELAY, LOG_DAEMON);
	is_open = 1;
	syslog(priority, "%s", line);
}
