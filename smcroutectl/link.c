/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The connection to the daemon.  It is opened when it is first needed.  If the
 * daemon is still starting, this file waits for it.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "common/awake.h"
#include "common/imsg.h"
#include "smcroutectl.h"

#define START_TIME 3000 /* milliseconds that a daemon may take to start */
#define RETRY_TIME 50	/* milliseconds between two attempts to connect */
#define END_TIME   3000 /* milliseconds that a daemon may take to end */

static struct imsgbuf ibuf;
static int sock = -1;
static int greeted;  /* the daemon's HELLO has come */
static int attempts; /* failed connects in a row */

const char *
link_path(void)
{
	static char path[4096];

	if (opt.socket != NULL)
		return opt.socket;
	snprintf(path, sizeof(path), "%s/%s.sock", RUNDIR, opt.ident);
	return path;
}

int
link_is_new(void)
{
	return !greeted;
}

void
link_close(void)
{
	if (sock == -1)
		return;
	imsgbuf_clear(&ibuf);
	close(sock);
	sock = -1;
	greeted = 0;
}

int
link_retry(void)
{
	static const struct timespec pause = { 0, RETRY_TIME * 1000000L };

	if (++attempts > START_TIME / RETRY_TIME)
		return -1;
	nanosleep(&pause, NULL);
	return 0;
}

static int
connect_once(const struct sockaddr_un *sun)
{
	int saved;

	sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (sock == -1)
		return -1;
	if (connect(sock, (const struct sockaddr *)sun, sizeof(*sun)) == 0)
		return 0;
	saved = errno;
	close(sock);
	sock = -1;
	errno = saved;
	return -1;
}

static int
no_daemon(void)
{
	if (errno == EACCES || errno == EPERM) {
		complain(0, "not allowed to connect to %s", link_path());
		return EX_NOPERM;
	}
	complain(0, "no daemon at %s: %s", link_path(), strerror(errno));
	return EX_UNAVAILABLE;
}

static int
link_open(void)
{
	struct sockaddr_un sun;
	uint32_t version = CTL_VERSION;

	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	if (strlcpy(sun.sun_path, link_path(), sizeof(sun.sun_path)) >=
	    sizeof(sun.sun_path)) {
		complain(0, "the path of the socket is too long");
		return EX_USAGE;
	}
	while (connect_once(&sun) == -1) {
		if (errno != ENOENT && errno != ECONNREFUSED)
			return no_daemon();
		if (link_retry() == -1)
			return no_daemon();
	}
	if (imsgbuf_init(&ibuf, sock) == -1 ||
	    imsg_compose(&ibuf, CTL_HELLO, 0, 0, -1, &version,
		sizeof(version)) == -1) {
		complain(0, "%s", strerror(errno));
		return EX_OSERR;
	}
	return 0;
}

int
link_send(uint32_t type, const void *data, size_t len)
{
	void (*on_pipe)(int);
	int rc;

	if (sock == -1 && (rc = link_open()) != 0)
		return rc;
	if (imsg_compose(&ibuf, type, 0, 0, -1, data, len) == -1) {
		complain(0, "request: %s", strerror(errno));
		return EX_OSERR;
	}
	/* Ignore an error here: the answer, if there is one, says why the
	 * daemon hung up. */
	on_pipe = signal(SIGPIPE, SIG_IGN);
	(void)imsgbuf_flush(&ibuf);
	signal(SIGPIPE, on_pipe);
	return 0;
}

enum link_result
link_next(struct imsg *imsg)
{
	int n;

	for (;;) {
		if ((n = imsgbuf_get(&ibuf, imsg)) == 1)
			return LINK_OK;
		if (n == -1)
			return LINK_FAILED;
		(void)awake(sock);
		if (imsgbuf_read(&ibuf) != 1)
			return LINK_HUNGUP;
	}
}

int
link_hello(struct imsg *imsg)
{
	uint32_t version;

	if (greeted || imsg_get_data(imsg, &version, sizeof(version)) == -1) {
		complain(0, "bad answer from the daemon");
		return EX_REFUSED;
	}
	greeted = 1;
	attempts = 0;
	if (version == CTL_VERSION)
		return 0;
	complain(0,
	    "the daemon speaks version %u of the control protocol, "
	    "this smcroutectl version %d",
	    version, CTL_VERSION);
	return EX_REFUSED;
}

void
link_wait_end(void)
{
	struct pollfd pfd = { .fd = sock, .events = POLLIN };
	char c;

	while (poll(&pfd, 1, END_TIME) == 1)
		if (read(sock, &c, sizeof(c)) <= 0)
			return;
}
