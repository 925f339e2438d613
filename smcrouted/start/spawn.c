/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Starts the nurseries.
 */
#include <sys/socket.h>
#include <sys/wait.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/imsg.h"
#include "common/log.h"
#include "common/nursery.h"
#include "common/wire.h"
#include "service/inherited.h"
#include "start.h"

static void __attribute__((noreturn))
become_nursery(const char *const argv[], int fd)
{
	char path[] = LIBEXECDIR "/control"; /* no name is longer */

	strlcpy(path + sizeof(LIBEXECDIR), argv[0], sizeof("control"));
	if (dup2(fd, NURSERY_FD) == -1)
		_exit(EX_OSERR);
	closefrom(NURSERY_FD + 1);
	if (!KEEP_ENVIRONMENT)
		inherited_drop_environment();
	execv(path, (char *const *)(uintptr_t)argv);
	log_err("%s", path);
	_exit(EX_OSERR);
}

/* Logs a line that the nursery has sent. */
static void
pass_line(struct imsg *imsg)
{
	char text[LOG_LINE_MAX] = "";
	int32_t priority;
	size_t len;

	if (imsg_get_buf(imsg, &priority, sizeof(priority)) == 0 &&
	    (len = imsg_get_len(imsg)) < sizeof(text)) {
		imsg_get_buf(imsg, text, len);
		log_line(priority, text);
	}
}

/* The nursery has ended: so does the daemon, with the same code. */
static void __attribute__((noreturn)) lose(const char *name, pid_t pid)
{
	int status, code;

	if (waitpid(pid, &status, 0) == -1)
		fatal(EX_OSERR, "%s", name);
	code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
	log_errx("no %s: its process %d ended by %s %d", name, (int)pid,
	    WIFSIGNALED(status) ? "signal" : "exit", code);
	exit(WIFEXITED(status) && code > EX__BASE && code <= EX__MAX ?
		code :
		EX_SOFTWARE);
}

pid_t
spawn(const char *const argv[], int *fd)
{
	const char *name = argv[0];
	struct imsgbuf ib;
	struct imsg imsg;
	uint32_t type = 0;
	int n, pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		fatal(EX_OSERR, "socketpair");
	if ((pid = fork()) == -1)
		fatal(EX_OSERR, "fork");
	if (pid == 0)
		become_nursery(argv, pair[1]);
	close(pair[1]);
	if (imsgbuf_init(&ib, pair[0]) == -1)
		fatal(EX_OSERR, "%s", name);
	while (type != IMSG_CONFINED) {
		if ((n = imsgbuf_read(&ib)) == 0)
			lose(name, pid);
		while (n == 1 && type != IMSG_CONFINED &&
		    (n = imsgbuf_get(&ib, &imsg)) == 1) {
			type = imsg_get_type(&imsg);
			if (type == IMSG_LOG)
				pass_line(&imsg);
			imsg_free(&imsg);
		}
		if (n == -1)
			fatal(EX_OSERR, "nursery of %s", name);
	}
	imsgbuf_clear(&ib);
	*fd = pair[0];
	return pid;
}
