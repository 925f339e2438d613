/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What a process has inherited from the program that started it.
 */
#include <sys/resource.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "start/start.h"
#include "inherited.h"

extern char **environ;

#define STACK (8 << 20) /* bytes */

static void
clean_descriptors(int passed)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR)) != -1 && fd <= STDERR_FILENO)
		;
	if (fd > STDERR_FILENO)
		close(fd);
	closefrom(STDERR_FILENO + 1 + passed);
}

/* Until the parent program catches SIGHUP there is nothing to reload: it is
 * ignored. */
static void
clean_signals(void)
{
	static const int by_default[] = { SIGINT, SIGTERM, SIGCHLD, SIGTSTP,
		SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
	sigset_t kept, none;
	size_t i;
	int sig;

	sigemptyset(&none);
	sigemptyset(&kept);
	for (i = 0; i < sizeof(by_default) / sizeof(by_default[0]); i++)
		sigaddset(&kept, by_default[i]);
	for (sig = 1; sig < NSIG; sig++)
		signal(sig, sigismember(&kept, sig) == 1 ? SIG_DFL : SIG_IGN);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Sets both limits to n, or the soft one as high as the hard one allows. */
static void
set_limit(int what, rlim_t n)
{
	struct rlimit rl = { n, n };

	if (setrlimit(what, &rl) == 0 || getrlimit(what, &rl) == -1)
		return;
	rl.rlim_cur = rl.rlim_max;
	(void)setrlimit(what, &rl);
}

void
inherited_drop_environment(void)
{
	static char *nothing[1];

	environ = nothing; /* clearenv(3) is not everywhere */
}

/* Keeps only the variables that this daemon itself reads.  Sanitizers take
 * their options from others. */
static void
clean_environment(void)
{
	static const char *const names[] = { "TZ", "NOTIFY_SOCKET",
		"WATCHDOG_PID", "WATCHDOG_USEC" };
	const char *values[4];
	size_t i;

	if (KEEP_ENVIRONMENT)
		return;
	for (i = 0; i < 4; i++)
		values[i] = getenv(names[i]);
	inherited_drop_environment();
	for (i = 0; i < 4; i++)
		if (values[i] != NULL && setenv(names[i], values[i], 1) == -1)
			fatal(EX_OSERR, "%s", names[i]);
}

void
inherited_clean(void)
{
	clean_signals();
	clean_descriptors(takeover_passed());
	set_limit(RLIMIT_CPU, RLIM_INFINITY);
	set_limit(RLIMIT_FSIZE, RLIM_INFINITY);
	set_limit(RLIMIT_NPROC, RLIM_INFINITY);
	set_limit(RLIMIT_STACK, STACK);
	umask(022);
	clean_environment();
}
