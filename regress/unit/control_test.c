/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The control process, between a parent, an engine and clients that are all
 * played here.  Most of the clients misbehave.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/sandbox.h"
#include "common/ctl.h"
#include "common/imsg.h"
#include "common/wire.h"
#include "control/control.h"
#include "check.h"

#define SOON   60000 /* ms; a wait this long has failed */
#define QUIET  100   /* ms; a wait for a message that must not come */
#define NOBODY 65534
#define ROWS   120 /* in a chunk */

struct end {
	struct imsgbuf ib;
	int fd;
};

void
sandbox_enter(enum sandbox which)
{
	(void)which;
}

static struct end parent, engine;
static pid_t control;
static char dir[] = "/tmp/control_test.XXXXXX";
static struct sockaddr_un sun;

static void
end_init(struct end *e, int fd)
{
	e->fd = fd;
	if (imsgbuf_init(&e->ib, fd) == -1)
		err(1, "imsgbuf_init");
	imsgbuf_allow_fdpass(&e->ib);
}

static void
end_close(struct end *e)
{
	imsgbuf_clear(&e->ib);
	close(e->fd);
	e->fd = -1;
}

static void
say(struct end *e, uint32_t type, uint32_t id, const void *data, size_t len)
{
	if (imsg_compose(&e->ib, type, id, 0, -1, data, len) == -1)
		err(1, "imsg_compose");
	(void)imsgbuf_flush(&e->ib);
}

/* 1: a message; 0: none in time; -1: it hung up. */
static int
hear(struct end *e, struct imsg *imsg, int ms)
{
	struct pollfd pfd = { .fd = e->fd, .events = POLLIN };

	for (;;) {
		if (imsgbuf_get(&e->ib, imsg) == 1)
			return 1;
		if (poll(&pfd, 1, ms) != 1)
			return 0;
		if (imsgbuf_read(&e->ib) != 1)
			return -1;
	}
}

static int
hear_type(struct end *e, uint32_t type)
{
	struct imsg imsg;

	return hear(e, &imsg, SOON) == 1 && imsg_get_type(&imsg) == type;
}

static int
hung_up(struct end *e, int ms)
{
	struct imsg imsg;

	return hear(e, &imsg, ms) == -1;
}

static void
give_socket(uint32_t which, int fd)
{
	if (imsg_compose(&parent.ib, IMSG_SOCKET, 0, 0, fd, &which,
		sizeof(which)) == -1 ||
	    imsgbuf_flush(&parent.ib) == -1)
		err(1, "SOCKET");
}

static void
start_engine(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		err(1, "socketpair");
	end_init(&engine, pair[0]);
	give_socket(SOCK_PIPE, pair[1]);
}

static void
start_control(void)
{
	struct wire_setup setup = { .loglevel = -1, .owner = 4711 };
	int pair[2], fd;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		err(1, "socketpair");
	if ((control = fork()) == -1)
		err(1, "fork");
	if (control == 0) {
		close(pair[0]);
		signal(SIGPIPE, SIG_IGN);
		control_main(pair[1]);
	}
	close(pair[1]);
	end_init(&parent, pair[0]);
	say(&parent, IMSG_SETUP, 0, &setup, sizeof(setup));
	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1 ||
	    bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    chmod(sun.sun_path, 0777) == -1 || listen(fd, 128) == -1)
		err(1, "%s", sun.sun_path);
	give_socket(SOCK_CONTROL, fd);
}

static void
join(struct end *c, uid_t uid)
{
	int fd;

	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		err(1, "socket");
	if (uid != 0 && seteuid(uid) == -1)
		err(1, "seteuid");
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1)
		err(1, "connect");
	if (uid != 0 && seteuid(0) == -1)
		err(1, "seteuid");
	end_init(c, fd);
}

static void
greet(struct end *c)
{
	uint32_t version = CTL_VERSION;

	say(c, CTL_HELLO, 0, &version, sizeof(version));
	CHECK(hear_type(c, CTL_HELLO));
}

static void
join_greet(struct end *c, uid_t uid)
{
	join(c, uid);
	greet(c);
}

static void
ask(struct end *c, uint16_t kind)
{
	struct ctl_cmd cmd = { sizeof(cmd), kind, 7 };

	say(c, CTL_REQUEST, 0, &cmd, sizeof(cmd));
}

/* The next message to the engine must be this one; *id is the client. */
static int
engine_hears(uint32_t type, uint32_t *id, uint32_t *rights)
{
	struct imsg imsg;

	if (hear(&engine, &imsg, SOON) != 1 || imsg_get_type(&imsg) != type)
		return 0;
	if (id != NULL)
		*id = imsg_get_id(&imsg);
	if (rights != NULL)
		return imsg_get_buf(&imsg, rights, sizeof(*rights)) == 0;
	return 1;
}

static int
engine_is_quiet(void)
{
	struct imsg imsg;

	return hear(&engine, &imsg, QUIET) == 0;
}

static void
engine_ends(uint32_t id)
{
	uint32_t status = CTL_OK;

	say(&engine, CTL_END, id, &status, sizeof(status));
}

/* A client that behaves well is served, whatever others do. */
static void
check_service(void)
{
	struct end c;
	uint32_t id = 0, rights = 0;

	join_greet(&c, 0);
	ask(&c, CTL_FLUSH);
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id, &rights));
	CHECK(rights == 1);
	engine_ends(id);
	CHECK(hear_type(&c, CTL_END));
	end_close(&c);
	CHECK(engine_is_quiet());
}

static void
test_version(void)
{
	struct end c;
	uint32_t version = CTL_VERSION + 1;

	join(&c, 0);
	say(&c, CTL_HELLO, 0, &version, sizeof(version));
	CHECK(hear_type(&c, CTL_HELLO));
	CHECK(hung_up(&c, SOON));
	end_close(&c);
	/* with a request right behind it the answer is still to be read */
	join(&c, 0);
	imsg_compose(&c.ib, CTL_HELLO, 0, 0, -1, &version, sizeof(version));
	ask(&c, CTL_FLUSH);
	CHECK(hear_type(&c, CTL_HELLO));
	CHECK(hung_up(&c, SOON));
	end_close(&c);
	check_service();
}

/* Bytes that are no messages, and messages that do not belong there. */
static void
test_rubbish(void)
{
	struct end c;
	uint32_t version = CTL_VERSION;
	unsigned char bytes[40];
	size_t i, n;

	for (i = 0; i < 20; i++) {
		join(&c, 0);
		n = 1 + arc4random_uniform(sizeof(bytes) - 16);
		arc4random_buf(bytes, sizeof(bytes));
		bytes[7] |= 0x40; /* a length of no message */
		CHECK(write(c.fd, bytes, n + 15) == (ssize_t)n + 15);
		CHECK(hung_up(&c, SOON));
		end_close(&c);
	}
	join(&c, 0);
	ask(&c, CTL_FLUSH); /* before HELLO */
	CHECK(hung_up(&c, SOON));
	end_close(&c);
	join(&c, 0);
	say(&c, CTL_HELLO, 0, &version, 3);
	CHECK(hung_up(&c, SOON));
	end_close(&c);
	join_greet(&c, 0);
	say(&c, CTL_HELLO, 0, &version, sizeof(version));
	CHECK(hung_up(&c, SOON));
	end_close(&c);
	join_greet(&c, 0);
	say(&c, IMSG_QUIT, 0, NULL, 0);
	CHECK(hung_up(&c, SOON));
	end_close(&c);
	check_service();
}

/* A header that claims n bytes of payload. */
static void
test_length(uint32_t len)
{
	struct end c;
	struct imsg_hdr hdr = { CTL_REQUEST, len, 0, 0 };

	join_greet(&c, 0);
	CHECK(write(c.fd, &hdr, sizeof(hdr)) == sizeof(hdr));
	CHECK(hung_up(&c, SOON));
	end_close(&c);
}

static void
test_lengths(void)
{
	test_length(0);
	test_length(15);
	test_length(MAX_IMSGSIZE - 3); /* the engine's has 4 bytes more */
	test_length(MAX_IMSGSIZE);
	test_length(0x7fffffff);
	test_length(0x80000010); /* a descriptor that is not there */
	check_service();
}

static const struct {
	const char *what;
	size_t len;
	uint16_t words[16];
} bad_frames[] = {
	{ "nothing", 0, { 0 } },
	{ "half a header", 4, { 8, CTL_FLUSH } },
	{ "length 0", 8, { 0, CTL_FLUSH } },
	{ "length below the header", 8, { 7, CTL_FLUSH } },
	{ "length beyond the end", 8, { 9, CTL_FLUSH } },
	{ "length far beyond", 8, { 65535, CTL_FLUSH } },
	{ "kind 0", 8, { 8, 0 } },
	{ "kind too high", 8, { 8, CTL_KIND_MAX } },
	{ "words without NUL", 10, { 10, CTL_ADD, 0, 0, 0x6161 } },
	{ "second is short", 12, { 8, CTL_FLUSH, 0, 0, 8, CTL_FLUSH } },
	{ "second lies", 16, { 8, CTL_FLUSH, 0, 0, 9, CTL_FLUSH } },
	{ "show is second", 16, { 8, CTL_FLUSH, 0, 0, 8, CTL_SHOW_ROUTES } },
	{ "show is first", 16, { 8, CTL_SHOW_GROUPS, 0, 0, 8, CTL_FLUSH } },
	{ "two shows", 16, { 8, CTL_SHOW_GROUPS, 0, 0, 8, CTL_SHOW_GROUPS } },
};

static void
test_frames(void)
{
	struct end c;
	size_t i;

	for (i = 0; i < sizeof(bad_frames) / sizeof(bad_frames[0]); i++) {
		join_greet(&c, 0);
		say(&c, CTL_REQUEST, 0, bad_frames[i].words, bad_frames[i].len);
		if (!hung_up(&c, SOON)) {
			warnx("%s: still connected", bad_frames[i].what);
			check_failed++;
		}
		end_close(&c);
	}
	CHECK(engine_is_quiet());
	check_service();
}

/* The largest request, in one message to the engine. */
static void
test_largest(void)
{
	static unsigned char buf[MAX_IMSGSIZE];
	struct ctl_cmd cmd = { 0, CTL_ADD, 1 };
	struct end c;
	struct imsg imsg;
	size_t len = MAX_IMSGSIZE - IMSG_HEADER_SIZE - sizeof(uint32_t);

	cmd.len = len;
	memcpy(buf, &cmd, sizeof(cmd));
	join_greet(&c, 0);
	say(&c, CTL_REQUEST, 0, buf, len);
	CHECK(hear(&engine, &imsg, SOON) == 1);
	CHECK(imsg_get_len(&imsg) == len + sizeof(uint32_t));
	engine_ends(imsg_get_id(&imsg));
	CHECK(hear_type(&c, CTL_END));
	end_close(&c);
}

static void
test_rights(void)
{
	struct end c;
	struct imsg imsg;
	uint32_t id, rights = 9, status = 9;

	join_greet(&c, NOBODY);
	ask(&c, CTL_KILL);
	CHECK(hear_type(&c, CTL_FAIL));
	CHECK(hear(&c, &imsg, SOON) == 1 && imsg_get_type(&imsg) == CTL_END);
	CHECK(imsg_get_data(&imsg, &status, sizeof(status)) == 0);
	CHECK(status == CTL_DENIED);
	CHECK(engine_is_quiet());
	ask(&c, CTL_SHOW_ROUTES);
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id, &rights) && rights == 0);
	engine_ends(id);
	CHECK(hear_type(&c, CTL_END));
	end_close(&c);

	join_greet(&c, 4711); /* the owner */
	ask(&c, CTL_FLUSH);
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id, &rights) && rights == 1);
	engine_ends(id);
	CHECK(hear_type(&c, CTL_END));
	end_close(&c);
}

/* Requests come to the engine one by one, answers in order. */
static void
test_order(void)
{
	struct end c;
	uint32_t id = 0;
	int i;

	join_greet(&c, 0);
	for (i = 0; i < 3; i++)
		ask(&c, CTL_FLUSH);
	for (i = 0; i < 3; i++) {
		CHECK(engine_hears(IMSG_CTL_REQUEST, &id, NULL));
		CHECK(engine_is_quiet());
		engine_ends(id);
		CHECK(hear_type(&c, CTL_END));
	}
	end_close(&c);
	CHECK(engine_is_quiet());
}

static void
test_hangup(void)
{
	struct end c;
	uint32_t version = CTL_VERSION, id, gone = 0;
	struct imsg_hdr hdr = { CTL_REQUEST, 100, 0, 0 };
	size_t i;

	join(&c, 0);
	end_close(&c);
	for (i = 1; i < sizeof(hdr); i++) {
		join(&c, 0);
		CHECK(write(c.fd, &hdr, i) == (ssize_t)i);
		end_close(&c);
	}
	join(&c, 0);
	say(&c, CTL_HELLO, 0, &version, sizeof(version));
	end_close(&c);
	join_greet(&c, 0);
	CHECK(write(c.fd, &hdr, sizeof(hdr)) == sizeof(hdr));
	end_close(&c);
	CHECK(engine_is_quiet());

	join_greet(&c, 0);
	ask(&c, CTL_SHOW_ROUTES);
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id, NULL));
	end_close(&c);
	CHECK(engine_hears(IMSG_CTL_GONE, &gone, NULL) && gone == id);
	/* an answer that was on its way is dropped */
	say(&engine, IMSG_CTL_MORE, id, NULL, 0);
	engine_ends(id);
	CHECK(engine_is_quiet());
	check_service();
}

static void
send_chunk(uint32_t id)
{
	static const unsigned char row[80];
	int i;

	for (i = 0; i < ROWS; i++)
		if (imsg_compose(&engine.ib, CTL_ROW, id, 0, -1, row,
			sizeof(row)) == -1)
			err(1, "ROW");
	say(&engine, IMSG_CTL_MORE, id, NULL, 0);
}

/* Counts the rows that one read of the client returns. */
static int
take_rows(struct end *c)
{
	struct imsg imsg;
	int n = 0;

	while (hear(c, &imsg, 0) == 1)
		n += imsg_get_type(&imsg) == CTL_ROW;
	return n;
}

/* Waits until there is something to read for one of the two. */
static int
any_readable(const struct end *a, const struct end *b)
{
	struct pollfd pfd[] = { { .fd = a->fd, .events = POLLIN },
		{ .fd = b->fd, .events = POLLIN } };

	return poll(pfd, 2, SOON) > 0;
}

/* Control waits for a client that does not read; the other clients do not
 * wait. */
static void
test_slow_reader(void)
{
	struct end c;
	struct imsg imsg;
	uint32_t id;
	int chunks = 0, rows = 0, taken;

	join_greet(&c, 0);
	ask(&c, CTL_SHOW_ROUTES);
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id, NULL));
	do {
		send_chunk(id);
		chunks++;
	} while (chunks < 10000 && hear(&engine, &imsg, QUIET) == 1 &&
	    imsg_get_type(&imsg) == IMSG_CTL_MORE);
	CHECK(chunks < 1000); /* the socket's buffer and one chunk more */
	check_service();
	/* when it reads, the engine is asked for more, exactly once for each
	 * chunk */
	while (chunks < 3000) {
		taken = take_rows(&c);
		rows += taken;
		if (hear(&engine, &imsg, 0) == 1) {
			CHECK(imsg_get_type(&imsg) == IMSG_CTL_MORE);
			send_chunk(id);
			chunks++;
		} else if (taken == 0 && !any_readable(&c, &engine))
			break; /* forgotten */
	}
	CHECK(chunks == 3000);
	while (rows < chunks * ROWS && hear(&c, &imsg, SOON) == 1)
		rows += imsg_get_type(&imsg) == CTL_ROW;
	CHECK(rows == chunks * ROWS);
	CHECK(engine_hears(IMSG_CTL_MORE, NULL, NULL));
	CHECK(engine_is_quiet());
	engine_ends(id);
	CHECK(hear_type(&c, CTL_END));
	end_close(&c);
}

/* A client that reads while the engine writes must not miss the call for
 * more. */
static void
test_fast_reader(void)
{
	struct end c;
	struct imsg imsg;
	uint32_t id;
	int i, rows = 0;
	pid_t pid;

	join_greet(&c, 0);
	ask(&c, CTL_SHOW_ROUTES);
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id, NULL));
	if ((pid = fork()) == -1)
		err(1, "fork");
	if (pid == 0) {
		while (rows < 20000 * ROWS && hear(&c, &imsg, SOON) == 1)
			rows++;
		_exit(rows == 20000 * ROWS ? 0 : 1);
	}
	for (i = 0; i < 20000; i++) {
		send_chunk(id);
		if (!engine_hears(IMSG_CTL_MORE, NULL, NULL))
			break;
	}
	CHECK(i == 20000);
	CHECK(waitpid(pid, &i, 0) == pid && i == 0);
	end_close(&c);
	CHECK(engine_hears(IMSG_CTL_GONE, NULL, NULL));
}

static void
test_user_limit(void)
{
	struct end c[8], d;
	uint32_t id[8];
	int i;

	for (i = 0; i < 8; i++)
		join_greet(&c[i], 0);
	ask(&c[0], CTL_SHOW_ROUTES);
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id[0], NULL));
	join_greet(&d, 0); /* it replaces the client that was idle longest */
	CHECK(hung_up(&c[1], SOON));
	CHECK(!hung_up(&c[0], 0));
	end_close(&c[1]);
	c[1] = d;
	for (i = 1; i < 8; i++) {
		ask(&c[i], CTL_SHOW_ROUTES);
		CHECK(engine_hears(IMSG_CTL_REQUEST, &id[i], NULL));
	}
	join(&d, 0); /* all are busy */
	CHECK(hung_up(&d, SOON));
	end_close(&d);
	join_greet(&d, NOBODY); /* the other clients are served */
	end_close(&d);
	for (i = 0; i < 8; i++) {
		end_close(&c[i]);
		CHECK(engine_hears(IMSG_CTL_GONE, NULL, NULL));
	}
	check_service();
}

/* A client that is replaced when its answer has just come still gets the
 * answer. */
static void
test_last_answer(void)
{
	struct end c[8], d;
	uint32_t id = 0;
	int i, n;

	for (n = 0; n < 50; n++) {
		for (i = 0; i < 8; i++)
			join_greet(&c[i], 0);
		ask(&c[0], CTL_FLUSH);
		CHECK(engine_hears(IMSG_CTL_REQUEST, &id, NULL));
		kill(control, SIGSTOP); /* so that it sees both at once */
		engine_ends(id);
		join(&d, 0);
		kill(control, SIGCONT);
		CHECK(hear_type(&c[0], CTL_END));
		for (i = 0; i < 8; i++)
			end_close(&c[i]);
		end_close(&d);
	}
	check_service();
}

/* Users who may only show leave room for root, and only they make room for
 * others. */
static void
test_showing_limit(void)
{
	static struct end c[48];
	struct end d, e, root;
	int i;

	join_greet(&e, 0);
	for (i = 0; i < 48; i++)
		join_greet(&c[i], 1000 + i / 8);
	join_greet(&root, 0);
	CHECK(!hung_up(&c[0], 0));
	join_greet(&d, 2000);
	CHECK(hung_up(&c[0], SOON));
	CHECK(!hung_up(&c[1], 0));
	CHECK(!hung_up(&e, 0));
	end_close(&d);
	end_close(&e);
	end_close(&root);
	for (i = 0; i < 48; i++)
		end_close(&c[i]);
	check_service();
}

static void
test_engine_restart(void)
{
	struct end c, d;
	struct imsg imsg;
	uint32_t id, status = 9;

	join_greet(&c, 0);
	ask(&c, CTL_SHOW_ROUTES);
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id, NULL));
	ask(&c, CTL_FLUSH); /* waits for the first */
	end_close(&engine);
	CHECK(hear(&c, &imsg, SOON) == 1 && imsg_get_type(&imsg) == CTL_END);
	CHECK(imsg_get_data(&imsg, &status, sizeof(status)) == 0);
	CHECK(status == CTL_AGAIN);

	join_greet(&d, 0);
	ask(&d, CTL_RELOAD); /* there is no engine */
	CHECK(hear(&d, &imsg, QUIET) == 0);
	start_engine();
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id, NULL));
	engine_ends(id);
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id, NULL));
	engine_ends(id);
	CHECK(hear_type(&c, CTL_END));
	CHECK(hear_type(&d, CTL_END));

	/* a new pipe before the old one is seen to be closed */
	ask(&c, CTL_FLUSH);
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id, NULL));
	imsgbuf_clear(&engine.ib);
	start_engine();
	CHECK(hear_type(&c, CTL_END));
	end_close(&c);
	end_close(&d);
	check_service();
}

/* Random requests: what reaches the engine is well formed. */
static void
test_random(void)
{
	struct end c;
	struct imsg imsg;
	struct ctl_cmd cmd;
	struct pollfd pfd[2];
	unsigned char buf[64];
	size_t len, off;
	int i, passed = 0;

	for (i = 0; i < 3000; i++) {
		join_greet(&c, 0);
		len = arc4random_uniform(sizeof(buf));
		arc4random_buf(buf, sizeof(buf));
		for (off = 0; off + sizeof(cmd) + 4 < sizeof(buf);
		     off += sizeof(cmd) + arc4random_uniform(4)) {
			cmd.len = sizeof(cmd) + arc4random_uniform(4);
			cmd.kind = arc4random_uniform(CTL_KIND_MAX + 1);
			memcpy(buf + off, &cmd, sizeof(cmd));
			if (arc4random_uniform(2) == 0)
				buf[off + cmd.len - 1] = '\0';
		}
		say(&c, CTL_REQUEST, 0, buf, len);
		pfd[0].fd = c.fd;
		pfd[1].fd = engine.fd;
		pfd[0].events = pfd[1].events = POLLIN;
		CHECK(poll(pfd, 2, SOON) > 0); /* refused or passed on */
		if (hear(&engine, &imsg, 0) == 1) {
			CHECK(imsg_get_type(&imsg) == IMSG_CTL_REQUEST);
			len = imsg_get_len(&imsg) - 4;
			imsg_get_buf(&imsg, buf, 4);
			imsg_get_buf(&imsg, buf, len);
			CHECK(frame_check(buf, len) == 0);
			engine_ends(imsg_get_id(&imsg));
			CHECK(hear_type(&c, CTL_END));
			passed++;
		}
		end_close(&c);
	}
	CHECK(passed > 0);
	check_service();
}

/* A client that keeps control waiting is disconnected; a client that waits for
 * the engine is not. */
static void
test_silence(void)
{
	struct end silent, greeted, half, busy;
	uint32_t id;

	join(&silent, NOBODY);
	join_greet(&greeted, NOBODY);
	join_greet(&half, NOBODY);
	CHECK(write(half.fd, "12345", 5) == 5);
	join_greet(&busy, NOBODY);
	ask(&busy, CTL_SHOW_ROUTES);
	CHECK(engine_hears(IMSG_CTL_REQUEST, &id, NULL));
	CHECK(!hung_up(&silent, 4000));
	CHECK(hung_up(&silent, 3000));
	CHECK(hung_up(&greeted, 1000));
	CHECK(hung_up(&half, 1000));
	CHECK(!hung_up(&busy, 1000));
	engine_ends(id);
	CHECK(hear_type(&busy, CTL_END));
	end_close(&silent);
	end_close(&greeted);
	end_close(&half);
	end_close(&busy);
}

static void
test_end(void)
{
	int status;

	end_close(&parent);
	CHECK(waitpid(control, &status, 0) == control);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int
main(void)
{
	if (geteuid() != 0) {
		printf("control: skipped, plays several users as root\n");
		return 0;
	}
	signal(SIGPIPE, SIG_IGN);
	if (mkdtemp(dir) == NULL || chmod(dir, 0755) == -1)
		err(1, "%s", dir);
	sun.sun_family = AF_UNIX;
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/sock", dir);
	start_control();
	start_engine();
	check_service();
	test_version();
	test_rubbish();
	test_lengths();
	test_frames();
	test_largest();
	test_rights();
	test_order();
	test_hangup();
	test_slow_reader();
	test_fast_reader();
	test_user_limit();
	test_last_answer();
	test_showing_limit();
	test_engine_restart();
	test_random();
	test_silence();
	test_end();
	unlink(sun.sun_path);
	rmdir(dir);
	return check_end();
}
