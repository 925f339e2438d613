/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * How the engine reads configuration files: piece by piece, so that messages
 * are answered meanwhile, and no faster than its errors are read.
 */
#include <sys/socket.h>
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/child.h"
#include "common/log.h"
#include "common/wire.h"
#include "engine/lib/hash.h"
#include "engine/store/load.h"
#include "check.h"

#define GOOD 1000000
#define BAD  30000

static struct peer parent;   /* what the engine has */
static struct imsgbuf other; /* the parent's end */
static unsigned int nended, nalive, alive_when_ended;
static unsigned int nlines, nnext, nrules;
static int ordered = 1;

static void
on_end(uint32_t id)
{
	struct config *c;

	CHECK(id == 7);
	nended++;
	alive_when_ended = nalive;
	c = load_end(1);
	nrules = c->rules.pool.count;
	config_free(c);
}

static int
dispatch(struct peer *p, struct imsg *imsg)
{
	switch (imsg_get_type(imsg)) {
	case IMSG_CONFIG:
		return load_file(imsg, LOAD_MISSING_ERROR);
	case IMSG_CONFIG_END:
		load_then(on_end, imsg_get_id(imsg));
		return 0;
	case IMSG_ALIVE:
		nalive++;
		peer_send(p, IMSG_ALIVE, 0, -1, NULL, 0);
		return 0;
	}
	return -1;
}

static void
idle(struct peer *p)
{
	(void)p;
	load_go_on();
}

static void
say(uint32_t type, uint32_t id, int fd, const void *data, size_t len)
{
	if (imsg_compose(&other, type, id, 0, fd, data, len) == -1 ||
	    imsgbuf_flush(&other) == -1)
		err(1, "message");
}

static void
send_file(int fd, off_t size)
{
	struct wire_config c;

	memset(&c, 0, sizeof(c));
	c.size = size;
	strlcpy(c.path, "f", sizeof(c.path));
	say(IMSG_CONFIG, 0, fd, &c, sizeof(c));
}

static int
make_file(const char *line, unsigned int n, off_t *size)
{
	FILE *fp = tmpfile();
	unsigned int i;
	int fd;

	if (fp == NULL || (fd = dup(fileno(fp))) == -1)
		err(1, "file");
	for (i = 1; i <= n; i++)
		fprintf(fp, "%s %u\n", line, i);
	*size = ftell(fp);
	fclose(fp);
	return fd;
}

/* Reads what has come; errors must be those of lines 1, 2, 3, ... */
static void
hear(void)
{
	struct pollfd pfd = { .fd = other.fd, .events = POLLIN };
	char text[LOG_LINE_MAX + 1];
	struct imsg imsg;
	int32_t priority;
	unsigned int n;
	size_t len;

	while (poll(&pfd, 1, 0) == 1 && imsgbuf_read(&other) == 1)
		while (imsgbuf_get(&other, &imsg) == 1) {
			nnext += imsg_get_type(&imsg) == IMSG_NEXT;
			if (imsg_get_type(&imsg) != IMSG_LOG)
				continue;
			imsg_get_buf(&imsg, &priority, sizeof(priority));
			len = imsg_get_len(&imsg);
			imsg_get_buf(&imsg, text, len);
			text[len] = '\0';
			if (sscanf(text, "f:%u:1: ", &n) != 1 || n != ++nlines)
				ordered = 0;
		}
}

/* Turns of the loop while there is something to do, some more than that. */
static void
turns(unsigned int n)
{
	while (n-- > 0)
		event_loop(EVLOOP_NONBLOCK);
}

/* What is still queued, which the socket may not hold at once. */
static void
hear_rest(void)
{
	while (peer_queue(&parent) > 0) {
		turns(1);
		hear();
	}
	turns(10);
	hear();
}

/* The first load: ALIVE comes in behind the files, and is answered before they
 * are read. */
static void
test_alive(void)
{
	off_t size;
	int fd =
	    make_file("mroute from r0 group 225.1.1.1 to r1 #", GOOD, &size);

	send_file(fd, size);
	say(IMSG_CONFIG_END, 7, -1, NULL, 0);
	say(IMSG_ALIVE, 0, -1, NULL, 0);
	while (nended == 0) {
		event_loop(EVLOOP_NONBLOCK);
		hear();
	}
	CHECK(nalive == 1 && alive_when_ended == 1);
	CHECK(nnext == 1 && nlines == 0);
	CHECK(load_errors() == 0);
}

/* The parent reads nothing: the queue stays within its limit, and all lines
 * come in the end. */
static void
test_errors(void)
{
	size_t most = 0;
	unsigned int i;
	off_t size;
	int fd = make_file("nonsense", BAD, &size);

	nended = nnext = 0;
	send_file(fd, size);
	say(IMSG_CONFIG_END, 7, -1, NULL, 0);
	for (i = 0; i < 1000; i++) {
		turns(1);
		if (peer_queue(&parent) > most)
			most = peer_queue(&parent);
	}
	CHECK(most <= LOG_QUEUE_ERRORS);
	CHECK(nended == 0 && nnext == 0);
	say(IMSG_ALIVE, 0, -1, NULL, 0);
	turns(10);
	CHECK(nalive == 2);
	while (nended == 0) {
		turns(1);
		hear();
	}
	hear_rest();
	CHECK(nlines == BAD && ordered);
	CHECK(load_errors() == BAD && nnext == 1);
}

/* Bytes behind the size are not read, whatever the position of the file is. */
static void
test_size(void)
{
	off_t size;
	int fd = make_file("nonsense", 3, &size);

	nended = nlines = 0;
	if (lseek(fd, 5, SEEK_SET) == -1)
		err(1, "lseek");
	send_file(fd, size - 11);
	say(IMSG_CONFIG_END, 7, -1, NULL, 0);
	while (nended == 0)
		turns(1);
	hear_rest();
	CHECK(nlines == 2 && ordered);
}

/* The reader dies in the middle of a load, and the next one begins with the
 * first file again: what came before does not count. */
static void
test_anew(void)
{
	off_t size;
	int fd = make_file("nonsense", 3, &size);

	nended = nlines = nnext = 0;
	send_file(fd, size);
	fd = make_file("mroute from r0 group 225.1.1.1 to r1 #", 2, &size);
	send_file(fd, size);
	say(IMSG_CONFIG_END, 7, -1, NULL, 0);
	while (nended == 0)
		turns(1);
	hear_rest();
	CHECK(load_errors() == 0 && nrules == 1);
	CHECK(nlines == 3 && nnext == 2);
}

/* Errors beyond those that are kept: their number is reported. */
static void
test_lost(void)
{
	struct imsg imsg;
	char text[LOG_LINE_MAX + 1];
	unsigned int i, n = 0, lost = 0, last = 0;
	size_t len;

	for (i = 0; i < 20000; i++)
		log_info("%0100u", i);
	CHECK(peer_queue(&parent) < 2 * LOG_QUEUE);
	for (i = 0; i < 2000 && last == 0; i++) {
		turns(1);
		if (imsgbuf_read(&other) != 1)
			break;
		while (imsgbuf_get(&other, &imsg) == 1) {
			len = imsg_get_len(&imsg) - sizeof(int32_t);
			imsg_get_buf(&imsg, text, sizeof(int32_t));
			imsg_get_buf(&imsg, text, len);
			text[len] = '\0';
			if (strstr(text, "lost") != NULL) {
				CHECK(
				    sscanf(text, "%u lines lost", &lost) == 1);
				last = 1;
			} else
				n++;
		}
	}
	CHECK(lost > 0 && n + lost == 20000);
}

int
main(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		err(1, "socketpair");
	hash_seed();
	child_init(&parent, pair[0], "engine", dispatch);
	parent.idle = idle;
	log_setlevel(LOG_INFO);
	load_init(&parent);
	imsgbuf_init(&other, pair[1]);
	imsgbuf_allow_fdpass(&other);
	test_alive();
	test_errors();
	test_size();
	test_anew();
	test_lost();
	return check_end();
}
