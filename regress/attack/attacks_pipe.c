/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Attacks of control on the engine: over the pipe between the two.
 */
#include <sys/socket.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include "common/ctl.h"
#include "common/log.h"
#include "rogue.h"

#define MAX_REQUEST 256 /* bytes */
#define AT_ONCE	    200 /* requests of a flood in one write */
#define MOST_REQUESTS                                                          \
	8000 /* 16 KiB of an answer each, when nobody reads it                 \
	      */

/* Requests that can be undone: an entry is changed, and changed back. */
#define PROBE "r0 10.1.1.1 225.1.1.1 r2"

struct command {
	uint16_t kind;
	const char *words; /* with blanks between them */
};

static uint32_t client = 1000; /* number of the last client */

/* The part of a flood that the engine has not read yet. */
static unsigned char flood_buf[AT_ONCE * MAX_REQUEST];
static size_t flood_pos, flood_len;

/* --- requests ------------------------------------------------------------ */

static size_t
add_bytes(unsigned char *buf, size_t len, const void *data, size_t n)
{
	memcpy(buf + len, data, n);
	return len + n;
}

static size_t
add_header(unsigned char *buf, size_t len, uint32_t type, uint32_t id, size_t n)
{
	struct imsg_hdr h = { .type = type, .peerid = id };

	h.len = sizeof(h) + n;
	return add_bytes(buf, len, &h, sizeof(h));
}

static size_t
add_command(unsigned char *buf, size_t len, const struct command *c)
{
	struct ctl_cmd cmd = { .kind = c->kind, .line = 1 };
	size_t i, n = c->words != NULL ? strlen(c->words) + 1 : 0;

	cmd.len = sizeof(cmd) + n;
	len = add_bytes(buf, len, &cmd, sizeof(cmd));
	for (i = 0; i < n; i++)
		buf[len + i] = c->words[i] == ' ' ? '\0' : c->words[i];
	return len + n;
}

/* Returns its length. */
static size_t
make_request(unsigned char *buf, uint32_t id, uint32_t rights,
    const struct command *c, size_t n)
{
	unsigned char body[MAX_REQUEST];
	size_t i, len;

	len = add_bytes(body, 0, &rights, sizeof(rights));
	for (i = 0; i < n; i++)
		len = add_command(body, len, &c[i]);
	add_header(buf, 0, IMSG_CTL_REQUEST, id, len);
	return add_bytes(buf, sizeof(struct imsg_hdr), body, len);
}

/* --- answers ---------------------------------------------------------------
 */

/* Returns the status of the request, or -1 when the message does not end it. */
static int64_t
answer(struct imsg *imsg, uint32_t id, size_t *rows)
{
	unsigned char more[sizeof(struct imsg_hdr)];
	uint32_t status;

	if (imsg_get_id(imsg) != id)
		return -1;
	switch (imsg_get_type(imsg)) {
	case CTL_ROW:
		(*rows)++;
		break;
	case IMSG_CTL_MORE:
		add_header(more, 0, IMSG_CTL_MORE, id, 0);
		put_on(engine.fd, more, sizeof(more), NULL, 0);
		break;
	case CTL_END:
		if (imsg_get_data(imsg, &status, sizeof(status)) != -1)
			return status;
	}
	return -1;
}

/* Skips messages for other clients.  -1: it never came. */
static int64_t
wait_for_answer(uint32_t id, size_t *rows)
{
	struct pollfd pfd = { .fd = engine.fd, .events = POLLIN };
	struct imsg imsg;
	int64_t status = -1;

	*rows = 0;
	while (status == -1) {
		if (imsgbuf_get(&engine, &imsg) == 1) {
			status = answer(&imsg, id, rows);
			imsg_free(&imsg);
		} else if (poll(&pfd, 1, PATIENCE) != 1 ||
		    imsgbuf_read(&engine) != 1)
			return -1;
	}
	return status;
}

static const char *
ask(uint32_t rights, const struct command *c, size_t n)
{
	static const char *const names[] = { OK, REFUSED, DENIED };
	unsigned char buf[MAX_REQUEST];
	size_t len, rows;
	int64_t status;

	len = make_request(buf, ++client, rights, c, n);
	put_on(engine.fd, buf, len, NULL, 0);
	status = wait_for_answer(client, &rows);
	if (status == CTL_OK && c->kind >= CTL_SHOW_ROUTES && rows == 0)
		return "with nothing";
	return status >= 0 && status <= CTL_DENIED ? names[status] : "never";
}

/* The engine has done its work, and the parent its verbs; what was added
 * meanwhile is still there, so no reload has happened. */
static void
settle(void)
{
	static const struct command add = { CTL_ADD, PROBE },
				    del = { CTL_REMOVE, PROBE };
	const char *added = ask(1, &add, 1), *removed = ask(1, &del, 1);

	if (strcmp(added, OK) != 0 || strcmp(removed, OK) != 0)
		fatalx(EX_SOFTWARE, "add is answered %s, remove %s", added,
		    removed);
}

/* --- rights ------------------------------------------------------------------
 */

static const struct request {
	const char *name;
	const char *outcome;
	struct command c[2];
} without_rights[] = {
	{ "add", DENIED, { { CTL_ADD, "r0 10.1.1.8 225.1.1.8 r1" } } },
	{ "add-v6", DENIED, { { CTL_ADD, "r0 2001:db8::8 ff0e::8 r1" } } },
	{ "add-oif", DENIED, { { CTL_ADD, "r0 225.1.1.2 r2" } } },
	{ "remove", DENIED, { { CTL_REMOVE, "r0 10.1.1.1 225.1.1.1" } } },
	{ "join", DENIED, { { CTL_JOIN, "r0 225.1.1.8" } } },
	{ "join-source", DENIED, { { CTL_JOIN, "r0 10.1.1.8 232.1.1.8" } } },
	{ "leave", DENIED, { { CTL_LEAVE, "r0 225.1.1.9" } } },
	{ "flush", DENIED, { { CTL_FLUSH, NULL } } },
	{ "reload", DENIED, { { CTL_RELOAD, NULL } } },
	{ "kill", DENIED, { { CTL_KILL, NULL } } },
	{ "nonsense", DENIED, { { CTL_ADD, "x" } } },
	{ "show-routes", OK, { { CTL_SHOW_ROUTES, NULL } } },
	{ "show-detail", OK, { { CTL_SHOW_ROUTES, "detail" } } },
	{ "show-groups", OK, { { CTL_SHOW_GROUPS, NULL } } },
	{ "show-interfaces", OK, { { CTL_SHOW_INTERFACES, NULL } } },
	{ "show-pending", OK, { { CTL_SHOW_PENDING, NULL } } },
	{ "two", DENIED,
	    { { CTL_ADD, "r0 10.1.1.8 225.1.1.8 r1" },
		{ CTL_JOIN, "r0 225.1.1.8" } } },
	{ "add-and-show", DENIED,
	    { { CTL_ADD, "r0 10.1.1.8 225.1.1.8 r1" },
		{ CTL_SHOW_ROUTES, NULL } } },
	/* a show is alone in its request, so that this is none */
	{ "show-and-add", REFUSED,
	    { { CTL_SHOW_ROUTES, NULL },
		{ CTL_ADD, "r0 10.1.1.8 225.1.1.8 r1" } } },
	{ "show-and-kill", REFUSED,
	    { { CTL_SHOW_ROUTES, NULL }, { CTL_KILL, NULL } } },
};

static void
ask_without_rights(const struct attack *a)
{
	const struct request *r = a->arg;
	const char *what = ask(0, r->c, r->c[1].kind != 0 ? 2 : 1);

	settle();
	put_log("rogue: answered %s", what);
}

static void
make_rights(void)
{
	const struct request *r;
	struct attack *a;
	size_t i;

	for (i = 0; i < sizeof(without_rights) / sizeof(*without_rights); i++) {
		r = &without_rights[i];
		a = attack_add("control", "rights", r->outcome,
		    ask_without_rights);
		a->arg = r;
		snprintf(a->name, sizeof(a->name), "rights-%s", r->name);
	}
}

/* --- what is not a request ----------------------------------------------- */

static void
send_on_pipe(const struct attack *a)
{
	put_on(engine.fd, a->arg, a->len, NULL, 0);
}

static struct attack *
add_pipe(const char *name, const void *data, size_t len)
{
	struct attack *a =
	    attack_add("control", "pipe", EXPELLED, send_on_pipe);

	a->arg = attack_keep(data, len);
	a->len = len;
	snprintf(a->name, sizeof(a->name), "pipe-%s", name);
	return a;
}

static void
make_pipe(void)
{
	static const uint32_t not_controls[] = { 0, IMSG_START, IMSG_SETUP,
		IMSG_SOCKET, IMSG_ALIVE, IMSG_LOG, IMSG_CONFIG, IMSG_VIFS,
		IMSG_UPCALL, IMSG_RESULT, IMSG_MFC_ADD, IMSG_QUIT, IMSG_EXPEL,
		IMSG_CTL_GONE + 1, IMSG_MAX, CTL_HELLO, CTL_REQUEST, CTL_ROW,
		CTL_END, UINT32_MAX };
	static const struct command reload = { CTL_RELOAD, NULL };
	unsigned char buf[2 * MAX_REQUEST];
	struct imsg_hdr h = { .type = IMSG_CTL_REQUEST };
	char name[32];
	size_t i, len;

	for (i = 0; i < sizeof(not_controls) / sizeof(*not_controls); i++) {
		snprintf(name, sizeof(name), "type-%s",
		    wire_name(not_controls[i]));
		len = add_header(buf, 0, not_controls[i], 1, 0);
		add_pipe(name, buf, len);
	}
	len = add_header(buf, 0, IMSG_CTL_REQUEST, 1, 0);
	add_pipe("request-of-nothing", buf, len);
	memset(buf, 0, sizeof(buf));
	len = add_header(buf, 0, IMSG_CTL_REQUEST, 1, 3);
	add_pipe("request-short", buf, len + 3);
	/* a request that is not answered at once, and another one for the same
	 * client */
	len = make_request(buf, 1, 1, &reload, 1);
	len += make_request(buf + len, 1, 1, &reload, 1);
	add_pipe("client-twice", buf, len);
	h.len = sizeof(h) - 1;
	add_pipe("frame-short", &h, sizeof(h));
	h.len = MAX_IMSGSIZE + 1;
	add_pipe("frame-long", &h, sizeof(h));
	h.len = sizeof(h) | FD_MARK;
	add_pipe("frame-marked", &h, sizeof(h));
}

/* --- quantities --------------------------------------------------------------
 */

/* Prepares a request of each of AT_ONCE clients.  gone: each client hangs up at
 * once. */
static void
make_flood(uint16_t kind, int gone)
{
	const struct command c = { kind, NULL };
	size_t i;

	flood_pos = flood_len = 0;
	for (i = 0; i < AT_ONCE; i++) {
		flood_len +=
		    make_request(flood_buf + flood_len, ++client, 1, &c, 1);
		if (gone)
			flood_len = add_header(flood_buf, flood_len,
			    IMSG_CTL_GONE, client, 0);
	}
}

/* Sends as long as the engine reads, and reads nothing. */
static void
flood_unanswered(const struct attack *a)
{
	size_t i, n;

	for (i = 0; i < MOST_REQUESTS; i += AT_ONCE) {
		make_flood(a->type, a->len != 0);
		while (flood_pos < flood_len) {
			n = put_some(engine.fd, flood_buf + flood_pos,
			    flood_len - flood_pos);
			if (n == 0)
				return;
			flood_pos += n;
		}
	}
}

/* Sends the rest, and reads the answers to everything before. */
static void
flood_read(void)
{
	struct pollfd pfd = { .fd = engine.fd, .events = POLLIN | POLLOUT };
	struct imsg imsg;

	while (flood_pos < flood_len && poll(&pfd, 1, PATIENCE) == 1) {
		if (pfd.revents & POLLOUT)
			flood_pos += put_some(engine.fd, flood_buf + flood_pos,
			    flood_len - flood_pos);
		if (pfd.revents & POLLIN && imsgbuf_read(&engine) != 1)
			return;
		while (imsgbuf_get(&engine, &imsg) == 1)
			imsg_free(&imsg);
	}
}

/* Sends the requests of a flood.  The engine may have stopped reading: it sees
 * the last ones when the answers are read. */
static void
flood_open(const struct attack *a)
{
	size_t rows;

	flood_unanswered(a);
	flood_read();
	(void)wait_for_answer(0, &rows);
}

/* From here on control behaves well. */
static void
flood_end(const struct attack *a)
{
	static const struct command show = { CTL_SHOW_INTERFACES, NULL };

	(void)a;
	flood_read();
	put_log("rogue: answered %s", ask(0, &show, 1));
}

static void
add_flood(const char *name, uint16_t kind, int gone)
{
	struct attack *a = attack_add("control", "requests",
	    gone ? LIVES : EXPELLED, gone ? flood_unanswered : flood_open);

	a->type = kind;
	a->len = gone;
	snprintf(a->name, sizeof(a->name), "requests-%s", name);
}

static void
make_floods(void)
{
	struct attack *a;

	add_flood("show", CTL_SHOW_ROUTES, 0);
	add_flood("reload", CTL_RELOAD, 0);
	add_flood("show-gone", CTL_SHOW_ROUTES, 1);
	a = attack_add("control", "requests", OK, flood_end);
	strcpy(a->name, "requests-end");
}

void
attacks_make_pipe(void)
{
	make_rights();
	make_pipe();
	make_floods();
}
