/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The system's log.  No process waits for it.  One file per system.
 */
#ifndef SYSLOG_LINE_H
#define SYSLOG_LINE_H

/* Connects to the system's log.  Call it while files can still be opened. */
void syslog_open(void);
/* For log_setsyslog().  A line that there is no room for is lost, which is told
 * later. */
void syslog_line(const char *ident, int priority, const char *line);

/* Connects a datagram socket to the process that reads the log.  The first call
 * is made while files can still be opened.  0, or -1 with errno. */
int syslog_connect(int sock);

#endif
