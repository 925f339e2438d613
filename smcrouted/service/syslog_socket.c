/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sends lines to the system's log as syslog(3) does, but without waiting: the
 * process that reads the log may hang.
 */
#include <sys/socket.h>
#include <errno.h>
#include <stdio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "common/log.h"
#include "syslog.h"

static int sock = -1;
static unsigned int lost;

static void
dial(void)
{
	if (sock != -1)
		close(sock);
	sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (sock == -1 || syslog_connect(sock) == 0)
		return;
	close(sock);
	sock = -1;
}

void
syslog_open(void)
{
	tzset();
	dial();
}

static int
put(const char *ident, int priority, const char *line)
{
	char buf[LOG_LINE_MAX + 128], date[32] = "";
	time_t now = time(NULL);
	struct tm tm;
	int n;

	if (localtime_r(&now, &tm) != NULL)
		(void)strftime(date, sizeof(date), "%b %e %T", &tm);
	n = snprintf(buf, sizeof(buf), "<%d>%s %.64s[%d]: %s",
	    LOG_DAEMON | priority, date, ident, (int)getpid(), line);
	if (n >= (int)sizeof(buf))
		n = sizeof(buf) - 1;
	if (sock != -1 && send(sock, buf, n, MSG_NOSIGNAL) != -1)
		return 0;
	if (sock != -1 && errno == EAGAIN)
		return -1;
	dial(); /* the process that reads the log was restarted */
	return sock == -1 || send(sock, buf, n, MSG_NOSIGNAL) == -1 ? -1 : 0;
}

void
syslog_line(const char *ident, int priority, const char *line)
{
	char text[64];

	if (lost > 0) {
		snprintf(text, sizeof(text), "%u lines were lost", lost);
		if (put(ident, LOG_WARNING, text) == 0)
			lost = 0;
	}
	if (put(ident, priority, line) == -1)
		lost++;
}
