/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * ctlpoke: a client of the control socket that behaves badly.
 *
 *	ctlpoke [-c CYCLES] [-n COUNT] SOCKET HOW
 *
 * COUNT connections (default 1) are opened first.  Prints "poked" once it has
 * done its worst, then waits; prints "closed" and exits 0 when the daemon has
 * hung up on all of them, or ends by SIGTERM.
 *
 * With -c it does not wait: it hangs up, and does it all again, CYCLES times,
 * printing "poked" after the first and "closed" at the end.
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/ctl.h"
#include "common/imsg.h"

#define CONNECTIONS 2000

static const char *sockpath;
static int noread; /* do not take what the daemon sends */
static int drips;  /* a byte each second */

/* Writes all of it, or as much as the daemon takes before it hangs up. */
static void
put(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = send(fd, p, len, MSG_NOSIGNAL);
		if (n == -1)
			return;
		p += n;
		len -= (size_t)n;
	}
}

static void
put_header(int fd, uint32_t type, uint32_t len)
{
	struct imsg_hdr hdr;

	memset(&hdr, 0, sizeof(hdr));
	hdr.type = type;
	hdr.len = len;
	put(fd, &hdr, sizeof(hdr));
}

static void
put_msg(int fd, uint32_t type, const void *data, size_t len)
{
	put_header(fd, type, (uint32_t)(sizeof(struct imsg_hdr) + len));
	put(fd, data, len);
}

static void
hello(int fd)
{
	uint32_t version = CTL_VERSION;

	put_msg(fd, CTL_HELLO, &version, sizeof(version));
}

/* A request of one command, with words of which n bytes are given. */
static void
request(int fd, int kind, const char *words, size_t n)
{
	unsigned char buf[8192];
	struct ctl_cmd cmd;

	memset(&cmd, 0, sizeof(cmd));
	cmd.kind = (uint16_t)kind;
	cmd.len = (uint16_t)(sizeof(cmd) + n);
	memcpy(buf, &cmd, sizeof(cmd));
	memcpy(buf + sizeof(cmd), words, n);
	put_msg(fd, CTL_REQUEST, buf, sizeof(cmd) + n);
}

static void
silent(int fd)
{
	(void)fd;
}

static void
half_header(int fd)
{
	put(fd, "\310\0\0\0\24", 5);
}

static void
half_message(int fd)
{
	hello(fd);
	put_header(fd, CTL_REQUEST, 200);
	put(fd, "abc", 3);
}

static void
rubbish(int fd)
{
	unsigned char buf[65536];
	uint32_t x = 12345;
	size_t i;

	for (i = 0; i < sizeof(buf); i++) {
		x = x * 1103515245U + 12345U;
		buf[i] = (unsigned char)(x >> 16);
	}
	put(fd, buf, sizeof(buf));
}

static void
text(int fd)
{
	static const char words[] =
	    "GET / HTTP/1.0\r\n\r\nadd r0 225.1.1.1 r1\n";

	put(fd, words, sizeof(words));
}

static void
short_length(int fd)
{
	put_header(fd, CTL_HELLO, 3);
}

static void
long_length(int fd)
{
	put_header(fd, CTL_HELLO, 0x7fffffff);
}

static void
zero_length(int fd)
{
	put_header(fd, CTL_HELLO, 0);
}

static void
one_length(int fd)
{
	put_header(fd, CTL_HELLO, 1);
}

static void
short_max_length(int fd)
{
	put_header(fd, CTL_HELLO, 65535);
}

/* The largest length, in which the bit that announces a descriptor is set. */
static void
max_length(int fd)
{
	put_header(fd, CTL_HELLO, 0xffffffffU);
}

static void
fd_mark(int fd)
{
	put_header(fd, CTL_HELLO, 0x80000000U | 20);
	put(fd, "\1\0\0\0", 4);
}

static void
no_hello(int fd)
{
	request(fd, CTL_FLUSH, "", 0);
}

static void
old_version(int fd)
{
	uint32_t version = 0;

	put_msg(fd, CTL_HELLO, &version, sizeof(version));
}

static void
hello_size(int fd)
{
	put_msg(fd, CTL_HELLO, "12345678", 8);
}

/* A type that only the parent and its children send to each other. */
static void
type_parent(int fd)
{
	hello(fd);
	put_msg(fd, 1, NULL, 0);
}

static void
type_answer(int fd)
{
	hello(fd);
	put_msg(fd, CTL_END, "\0\0\0\0", 4);
}

static void
kind_unknown(int fd)
{
	hello(fd);
	request(fd, 4711, "", 0);
}

static void
kind_zero(int fd)
{
	hello(fd);
	request(fd, 0, "", 0);
}

static void
cmd_len(int fd)
{
	struct ctl_cmd cmd;

	memset(&cmd, 0, sizeof(cmd));
	cmd.kind = CTL_FLUSH;
	cmd.len = 60000;
	hello(fd);
	put_msg(fd, CTL_REQUEST, &cmd, sizeof(cmd));
}

static void
cmd_zero(int fd)
{
	struct ctl_cmd cmd;

	memset(&cmd, 0, sizeof(cmd));
	cmd.kind = CTL_FLUSH;
	hello(fd);
	put_msg(fd, CTL_REQUEST, &cmd, sizeof(cmd));
}

static void
words_open(int fd)
{
	hello(fd);
	request(fd, CTL_ADD, "r0\000225.1.1.1\0r1", 15); /* no NUL at the end */
}

static void
empty_request(int fd)
{
	hello(fd);
	put_msg(fd, CTL_REQUEST, NULL, 0);
}

/* A second request while the first is not answered. */
static void
two_requests(int fd)
{
	hello(fd);
	request(fd, CTL_SHOW_ROUTES, "", 0);
	request(fd, CTL_SHOW_ROUTES, "", 0);
	request(fd, CTL_SHOW_ROUTES, "", 0);
}

static void
pass_fd(int fd)
{
	union {
		struct cmsghdr hdr;
		char buf[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr msg;
	struct cmsghdr *cmsg;
	struct iovec iov;
	uint32_t version = CTL_VERSION;
	struct imsg_hdr hdr;
	char data[sizeof(hdr) + sizeof(version)];

	memset(&hdr, 0, sizeof(hdr));
	hdr.type = CTL_HELLO;
	hdr.len = sizeof(data);
	memcpy(data, &hdr, sizeof(hdr));
	memcpy(data + sizeof(hdr), &version, sizeof(version));
	iov.iov_base = data;
	iov.iov_len = sizeof(data);
	memset(&msg, 0, sizeof(msg));
	memset(&control, 0, sizeof(control));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = control.buf;
	msg.msg_controllen = sizeof(control.buf);
	cmsg = CMSG_FIRSTHDR(&msg);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	sendmsg(fd, &msg, MSG_NOSIGNAL);
}

/* Sends a request and does not read the answer. */
static void
no_read(int fd)
{
	noread = 1;
	hello(fd);
	request(fd, CTL_SHOW_ROUTES, "", 0);
}

/* The first byte; drip() sends the others. */
static void
slow(int fd)
{
	drips = 1;
	put(fd, "\310", 1);
}

static void
hang_up(int fd)
{
	hello(fd);
	request(fd, CTL_SHOW_ROUTES, "", 0);
	close(fd);
}

static const struct {
	const char *name;
	void (*poke)(int);
} ways[] = {
	{ "silent", silent },
	{ "half-header", half_header },
	{ "half-message", half_message },
	{ "rubbish", rubbish },
	{ "text", text },
	{ "short-length", short_length },
	{ "long-length", long_length },
	{ "zero-length", zero_length },
	{ "one-length", one_length },
	{ "short-max-length", short_max_length },
	{ "max-length", max_length },
	{ "fd-mark", fd_mark },
	{ "no-hello", no_hello },
	{ "old-version", old_version },
	{ "hello-size", hello_size },
	{ "type-parent", type_parent },
	{ "type-answer", type_answer },
	{ "kind-unknown", kind_unknown },
	{ "kind-zero", kind_zero },
	{ "cmd-len", cmd_len },
	{ "cmd-zero", cmd_zero },
	{ "words-open", words_open },
	{ "empty-request", empty_request },
	{ "two-requests", two_requests },
	{ "pass-fd", pass_fd },
	{ "no-read", no_read },
	{ "slow", slow },
	{ "hang-up", hang_up },
};
#define NWAYS (sizeof(ways) / sizeof(ways[0]))

static int
connect_to(const char *path)
{
	struct sockaddr_un sun;
	int fd;

	memset(&sun, 0, sizeof(sun));
	sun.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(sun.sun_path))
		errx(64, "%s: too long", path);
	strcpy(sun.sun_path, path);
	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		err(71, "socket");
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1)
		err(69, "%s", path);
	return fd;
}

/* Reads until the daemon hangs up. */
static void
await_close(int fd)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		continue;
	if (n == -1 && errno != ECONNRESET && errno != EBADF)
		err(71, "read");
}

/* The rest of a hello, a byte each second, until the daemon hangs up. */
static void
drip(int fd)
{
	static const char rest[] = "\0\0\0\24\0\0\0\0\0\0\0\0\0\0\0\1\0\0";
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	size_t i;
	int n;

	for (i = 0; i < sizeof(rest); i++) {
		if ((n = poll(&pfd, 1, 1000)) == -1)
			err(71, "poll");
		if (n > 0)
			return;
		put(fd, rest + i, 1);
	}
	errx(1, "as slow as that, and nobody minds");
}

static void
poke_all(void (*poke)(int), int *fds, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		fds[i] = connect_to(sockpath);
	for (i = 0; i < count; i++)
		poke(fds[i]);
}

static void
come_and_go(void (*poke)(int), int *fds, size_t count, size_t cycles)
{
	size_t i, cycle;

	for (cycle = 0; cycle < cycles; cycle++) {
		poke_all(poke, fds, count);
		if (cycle == 0)
			puts("poked");
		for (i = 0; i < count; i++)
			close(fds[i]);
	}
}

int
main(int argc, char *argv[])
{
	static int fds[CONNECTIONS];
	size_t way, i, count = 1, cycles = 0;
	int ch;

	while ((ch = getopt(argc, argv, "c:n:")) != -1) {
		if (ch == 'c')
			cycles = (size_t)atoi(optarg);
		else if (ch == 'n')
			count = (size_t)atoi(optarg);
		else
			return 64;
	}
	argv += optind;
	if (argc - optind != 2 || count > CONNECTIONS)
		errx(64, "usage: ctlpoke [-c CYCLES] [-n COUNT] SOCKET HOW");
	sockpath = argv[0];
	for (way = 0; way < NWAYS; way++)
		if (strcmp(ways[way].name, argv[1]) == 0)
			break;
	if (way == NWAYS)
		errx(64, "%s: no such way", argv[1]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (cycles > 0) {
		come_and_go(ways[way].poke, fds, count, cycles);
		puts("closed");
		return 0;
	}
	poke_all(ways[way].poke, fds, count);
	puts("poked");
	if (noread)
		for (;;)
			pause();
	for (i = 0; i < count; i++) {
		if (drips)
			drip(fds[i]);
		await_close(fds[i]);
	}
	puts("closed");
	return 0;
}
