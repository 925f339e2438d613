/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The last words of a process that tries a forbidden system call.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "imsg.h"
#include "log.h"
#include "nursery.h"
#include "violation.h"
#include "wire.h"

/*
 * Writes the text of the log line; returns its length.  An attacker may control
 * this process, so the handler reads no memory that could have been
 * overwritten.  It takes no memory and no lock, because the interrupted code
 * may hold the lock.
 */
static size_t
describe(const siginfo_t *info, char text[64])
{
	static const char what[] = "forbidden system call ";
	unsigned int n = info->si_syscall, div;
	char *p = text;

	memcpy(p, what, sizeof(what) - 1);
	p += sizeof(what) - 1;
	for (div = 1; n / div > 9; div *= 10)
		;
	for (; div > 0; div /= 10)
		*p++ = '0' + n / div % 10;
	return p - text;
}

static void
on_violation(int sig, siginfo_t *info, void *context)
{
	struct {
		struct imsg_hdr hdr;
		int32_t priority;
		char text[64];
	} m = { .hdr = { .type = IMSG_LOG }, .priority = LOG_ERR };

	(void)sig;
	(void)context;
	m.hdr.len = sizeof(m.hdr) + sizeof(m.priority) + describe(info, m.text);
	(void)!write(NURSERY_FD, &m, m.hdr.len);
	_exit(EX_SOFTWARE);
}

/* The same in the parent, which has no parent to tell. */
static void
on_own_violation(int sig, siginfo_t *info, void *context)
{
	static const struct sockaddr_un sun = { AF_UNIX, "/dev/log" };
	static const char head[] = "<27>smcrouted: ";
	char text[sizeof(head) + 64];
	size_t len = sizeof(head) - 1;
	int fd;

	(void)sig;
	(void)context;
	memcpy(text, head, len);
	len += describe(info, text + len);
	text[len++] = '\n';
	(void)!write(STDERR_FILENO, text + 4, len - 4);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	if (connect(fd, (const struct sockaddr *)&sun, sizeof(sun)) == 0)
		(void)send(fd, text, len - 1, MSG_NOSIGNAL);
	_exit(EX_SOFTWARE);
}

void
violation_catch(int is_parent)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = is_parent ? on_own_violation : on_violation;
	sa.sa_flags = SA_SIGINFO;
	if (sigaction(SIGSYS, &sa, NULL) == -1)
		fatal(EX_OSERR, "sigaction");
}
