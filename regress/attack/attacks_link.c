/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Attacks on the link itself: descriptors, framing, lines for the log, words at
 * the wrong time, floods.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "common/log.h"
#include "rogue.h"

/* HOLD and UNHOLD: arg is the id. */
static void
send_id(const struct attack *a)
{
	put_message(a->type, *(const uint32_t *)a->arg, a->fd, NULL, 0);
}

/* Bytes as they are. */
static void
send_raw(const struct attack *a)
{
	put(a->arg, a->len, NULL, 0);
}

/* --- descriptors ------------------------------------------------------- */

/* Seventeen descriptors: one more than there is room for. */
static void
send_many_descriptors(const struct attack *a)
{
	struct imsg_hdr h = { .type = IMSG_ALIVE, .len = sizeof(h) | FD_MARK };
	int i, fds[17];

	(void)a;
	for (i = 0; i < 17; i++)
		fds[i] = odd[ODD_NULL];
	put(&h, sizeof(h), fds, 17);
}

/* A descriptor that the header does not announce. */
static void
send_unmarked(const struct attack *a)
{
	struct imsg_hdr h = { .type = IMSG_ALIVE, .len = sizeof(h) };

	(void)a;
	put(&h, sizeof(h), &odd[ODD_NULL], 1);
}

static struct attack *
add_hold(const char *name, const char *outcome, uint32_t type, uint32_t id,
    int fd)
{
	struct attack *a = attack_add("engine", "hold", outcome, send_id);

	a->type = type;
	a->arg = attack_keep(&id, sizeof(id));
	a->fd = fd;
	snprintf(a->name, sizeof(a->name), "hold-%s", name);
	return a;
}

static void
hold_twice(const struct attack *a)
{
	put_message(IMSG_HOLD, 5, a->fd, NULL, 0);
	put_message(IMSG_HOLD, 5, a->fd, NULL, 0);
}

static void
hold_and_unhold(const struct attack *a)
{
	put_message(IMSG_HOLD, 5, a->fd, NULL, 0);
	put_message(IMSG_UNHOLD, 5, -1, NULL, 0);
}

/* The first number that SETUP does not allow. */
static void
hold_beyond(const struct attack *a)
{
	put_message(a->type, setup.hold, a->fd, NULL, 0);
}

static void
make_holds(void)
{
	static const struct {
		const char *name;
		enum odd which;
	} kinds[] = {
		{ "tcp", ODD_TCP },
		{ "unix", ODD_UNIX },
		{ "unix-datagram", ODD_UNIX_DGRAM },
		{ "pipe", ODD_PIPE },
		{ "netlink", ODD_NETLINK },
		{ "packet", ODD_PACKET },
		{ "raw", ODD_RAW },
		{ "device", ODD_NULL },
		{ "directory", ODD_DIR },
	};
	struct attack *a;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		add_hold(kinds[i].name, BAD, IMSG_HOLD, 5, odd[kinds[i].which]);
	add_hold("nothing", BAD, IMSG_HOLD, 5, -1);
	add_hold("id-largest", BAD, IMSG_HOLD, UINT32_MAX, odd[ODD_UDP]);
	add_hold("id-beyond", BAD, IMSG_HOLD, 0, odd[ODD_UDP])->f = hold_beyond;
	add_hold("twice", BAD, IMSG_HOLD, 5, odd[ODD_UDP])->f = hold_twice;
	add_hold("and-unhold", LIVES, IMSG_HOLD, 5, odd[ODD_UDP])->f =
	    hold_and_unhold;
	add_hold("and-unhold-v6", LIVES, IMSG_HOLD, 5, odd[ODD_UDP6])->f =
	    hold_and_unhold;
	a = add_hold("long", BAD, IMSG_HOLD, 0, odd[ODD_UDP]);
	a->f = attack_send;
	a->len = sizeof(uint32_t);
	add_hold("not-unhold", LIVES, IMSG_UNHOLD, 5, -1);
	add_hold("unhold-id-largest", BAD, IMSG_UNHOLD, UINT32_MAX, -1);
	add_hold("unhold-id-beyond", BAD, IMSG_UNHOLD, 0, -1)->f = hold_beyond;
	add_hold("unhold-descriptor", BAD, IMSG_UNHOLD, 5, odd[ODD_UDP]);
	a = add_hold("unhold-long", BAD, IMSG_UNHOLD, 0, -1);
	a->f = attack_send;
	a->len = sizeof(uint32_t);
}

static void
add_descriptor(const char *role, const char *outcome, uint32_t type, size_t len)
{
	unsigned char buf[sizeof(struct wire_mfc) + 64];
	struct attack *a = attack_add(role, "descriptor", outcome, attack_send);

	attack_good(type, buf, sizeof(buf));
	if (type == IMSG_LOG)
		buf[0] = LOG_DEBUG; /* this priority is not shown */
	a->type = type;
	a->arg = attack_keep(buf, len);
	a->len = len;
	a->fd = odd[ODD_NULL];
	snprintf(a->name, sizeof(a->name), "descriptor-%s", wire_name(type));
}

static void
make_descriptors(void)
{
	static const char *const roles[] = { "engine", "control" };
	struct attack *a;
	size_t i;

	add_descriptor("engine", BAD, IMSG_VIF_ADD, sizeof(struct wire_vif));
	add_descriptor("engine", BAD, IMSG_VIF_DEL, sizeof(struct wire_vif));
	add_descriptor("engine", BAD, IMSG_MFC_ADD, sizeof(struct wire_mfc));
	add_descriptor("engine", BAD, IMSG_MFC_DEL, sizeof(struct wire_key));
	add_descriptor("engine", BAD, IMSG_RELOAD, 0);
	add_descriptor("engine", BAD, IMSG_QUIT, 0);
	add_descriptor("engine", BAD, IMSG_EXPEL, 0);
	add_descriptor("engine", BAD, IMSG_READY, sizeof(struct wire_ready));
	add_descriptor("engine", BAD, IMSG_STATUS, sizeof(struct wire_status));
	for (i = 0; i < 2; i++) {
		add_descriptor(roles[i], i ? MALFORMED : BAD, IMSG_ALIVE, 0);
		add_descriptor(roles[i], i ? MALFORMED : BAD, IMSG_LOG, 8);
		a = attack_add(roles[i], "descriptor", TOO_MANY,
		    send_many_descriptors);
		strcpy(a->name, "descriptor-many");
	}
	/* the engine's may come with the next message: see its floods */
	a = attack_add("control", "descriptor", LIVES, send_unmarked);
	strcpy(a->name, "descriptor-unmarked");
}

/* --- lines for the log -------------------------------------------------- */

static void
add_log(const char *role, const char *name, const char *outcome,
    int32_t priority, const char *text, size_t len)
{
	struct attack *a = attack_add(role, "log", outcome, attack_send);
	unsigned char buf[MAX_IMSGSIZE];

	memset(buf, 'x', sizeof(buf));
	memcpy(buf, &priority, sizeof(priority));
	if (text != NULL)
		memcpy(buf + sizeof(priority), text, len);
	a->type = IMSG_LOG;
	a->arg = attack_keep(buf, sizeof(priority) + len);
	a->len = sizeof(priority) + len;
	snprintf(a->name, sizeof(a->name), "log-%s", name);
}

#define TEXT(s) s, sizeof(s) - 1

static void
make_logs(const char *role)
{
	struct attack *a;

	a = attack_add(role, "log", BAD, attack_send);
	a->type = IMSG_LOG;
	strcpy(a->name, "log-of-nothing");
	a = attack_add(role, "log", BAD, attack_send);
	a->type = IMSG_LOG;
	a->arg = "\3\0";
	a->len = 3;
	strcpy(a->name, "log-short");
	add_log(role, "emergency", BAD, LOG_EMERG, NULL, 8);
	add_log(role, "critical", BAD, LOG_CRIT, NULL, 8);
	add_log(role, "priority-8", BAD, LOG_DEBUG + 1, NULL, 8);
	add_log(role, "priority-negative", BAD, -1, NULL, 8);
	add_log(role, "facility", BAD, LOG_KERN | LOG_AUTH | LOG_ERR, NULL, 8);
	add_log(role, "long", BAD, LOG_NOTICE, NULL, LOG_LINE_MAX + 1);
	add_log(role, "longest", LIVES, LOG_NOTICE, NULL, LOG_LINE_MAX);
	add_log(role, "empty", LIVES, LOG_NOTICE, NULL, 0);
	add_log(role, "two-lines", LIVES, LOG_NOTICE,
	    TEXT("one\nsmcrouted: two\r\n"));
	add_log(role, "controls", LIVES, LOG_NOTICE,
	    TEXT("\033[2J\a\b\177\0\001\037 \302\233"
		 "2J after"));
	add_log(role, "format", LIVES, LOG_NOTICE, TEXT("%s%n%99999x%m"));
}

/* --- framing ---------------------------------------------------------------
 */

/* Half of a message, and then nothing. */
static void
send_and_hang_up(const struct attack *a)
{
	put(a->arg, a->len, NULL, 0);
	close(parent.fd);
}

static void
send_and_end(const struct attack *a)
{
	put(a->arg, a->len, NULL, 0);
	_exit(0);
}

static void
send_and_stall(const struct attack *a)
{
	put(a->arg, a->len, NULL, 0);
	for (;;)
		(void)poll(NULL, 0, -1);
}

static void
send_byte_by_byte(const struct attack *a)
{
	size_t i;

	for (i = 0; i < a->len; i++)
		put((const char *)a->arg + i, 1, NULL, 0);
}

static void
add_frame(const char *role, const char *name, const char *outcome,
    void (*f)(const struct attack *), uint32_t hdr_len, size_t len)
{
	unsigned char buf[MAX_IMSGSIZE + 1];
	struct imsg_hdr h = { .type = IMSG_ALIVE, .len = hdr_len };
	struct attack *a = attack_add(role, "frame", outcome, f);

	memset(buf, 0, sizeof(buf));
	memcpy(buf, &h, sizeof(h));
	a->arg = attack_keep(buf, len);
	a->len = len;
	snprintf(a->name, sizeof(a->name), "frame-%s", name);
}

static void
make_frames(const char *r)
{
	const size_t n = sizeof(struct imsg_hdr);
	struct attack *a;
	void *p;

	add_frame(r, "of-nothing", MALFORMED, send_raw, 0, n);
	add_frame(r, "of-one-byte", MALFORMED, send_raw, 1, n);
	add_frame(r, "short", MALFORMED, send_raw, n - 1, n);
	add_frame(r, "long", MALFORMED, send_raw, MAX_IMSGSIZE + 1, n);
	add_frame(r, "long-and-all-of-it", MALFORMED, send_raw,
	    MAX_IMSGSIZE + 1, MAX_IMSGSIZE + 1);
	add_frame(r, "longest", BAD, send_raw, MAX_IMSGSIZE, MAX_IMSGSIZE);
	add_frame(r, "huge", MALFORMED, send_raw, INT32_MAX, n);
	add_frame(r, "huge-marked", MALFORMED, send_raw, UINT32_MAX, n);
	add_frame(r, "marked", MALFORMED, send_raw, n | FD_MARK, n);
	add_frame(r, "marked-of-nothing", MALFORMED, send_raw, FD_MARK, n);
	add_frame(r, "half-header", ENDS, send_and_hang_up, n, n / 2);
	add_frame(r, "half-message", ENDS, send_and_hang_up, n + 8, n + 4);
	add_frame(r, "nothing", ENDS, send_and_hang_up, n, 0);
	add_frame(r, "half-and-end", ENDS, send_and_end, n + 8, n + 4);
	add_frame(r, "byte-by-byte", LIVES, send_byte_by_byte, n, n);
	add_frame(r, "stall", ENDS, send_and_stall, n + 8, n + 4);
	attack_last()->group = "stall";
	a = attack_add(r, "frame", MALFORMED, send_raw);
	a->len = 1 << 20;
	if ((a->arg = p = malloc(a->len)) == NULL)
		abort();
	memset(p, 0xff, a->len);
	strcpy(a->name, "frame-rubbish");
}

/* --- words at the wrong time, and too many of them ----------------------- */

/* The parent expects one READY for each load. */
static void
ready_twice(const struct attack *a)
{
	put_message(IMSG_READY, 0, -1, a->arg, a->len);
	put_message(IMSG_READY, 0, -1, a->arg, a->len);
}

static void
twice(const struct attack *a)
{
	put_message(a->type, 0, -1, NULL, 0);
	put_message(a->type, 0, -1, NULL, 0);
}

static void
add_word(uint32_t type, const char *how, const void *arg, size_t len)
{
	struct attack *a = attack_add("engine", "size", BAD, attack_send);

	a->type = type;
	a->arg = arg;
	a->len = len;
	snprintf(a->name, sizeof(a->name), "%s-%s", wire_name(type), how);
}

/* The engine returns credit that it did not get. */
static void
make_credits(void)
{
	static const uint32_t none, most = UINT32_MAX;

	add_word(IMSG_TAKEN, "zero", &none, sizeof(none));
	add_word(IMSG_TAKEN, "most", &most, sizeof(most));
	add_word(IMSG_NEXT, "long", "x", 1);
	add_word(IMSG_MRDISC, "long", "x", 1);
	/* NEXT when no file is left; MRDISC, which may be sent once */
	add_word(IMSG_NEXT, "unsent", NULL, 0);
	add_word(IMSG_MRDISC, "twice", NULL, 0);
	attack_last()->f = twice;
}

static void
make_words(void)
{
	static const struct wire_ready r;
	struct attack *a;

	a = attack_add("engine", "size", BAD, ready_twice);
	a->arg = &r;
	a->len = sizeof(r);
	strcpy(a->name, "READY-twice");
	a = attack_add("engine", "size", BAD, attack_send);
	a->type = IMSG_HOOK;
	a->len = sizeof(struct wire_key);
	a->arg = attack_keep("0123456789abcdef0123456789abcdef", a->len);
	strcpy(a->name, "HOOK-uncalled");
	a = attack_add("engine", "size", BAD, attack_send);
	a->type = IMSG_ALIVE;
	a->arg = "x";
	a->len = 1;
	strcpy(a->name, "ALIVE-long");
	a = attack_add("control", "log", BAD, attack_send);
	*a = a[-1];
	a->role = "control";
	a->group = "log";
	/* what is allowed with -e */
	attack_add_size(IMSG_HOOK, "of-one", sizeof(struct wire_key),
	    sizeof(struct wire_key));
	attack_last()->outcome = LIVES;
}

static void
add_flood(const char *role, const char *name, const char *outcome,
    void (*f)(const struct attack *), uint32_t type, size_t len)
{
	struct attack *a = attack_add(role, "flood", outcome, f);

	a->type = type;
	a->len = len;
	snprintf(a->name, sizeof(a->name), "flood-%s", name);
}

static void
make_floods(void)
{
	add_flood("engine", "RELOAD", LIVES, flood_one, IMSG_RELOAD, 0);
	add_flood("engine", "ALIVE", LIVES, flood_one, IMSG_ALIVE, 0);
	add_flood("engine", "EXPEL", LIVES, flood_one, IMSG_EXPEL, 0);
	add_flood("engine", "STATUS", LIVES, flood_one, IMSG_STATUS,
	    sizeof(struct wire_status));
	add_flood("engine", "LOG", LIVES, flood_lines, IMSG_LOG, 0);
	add_flood("engine", "unread", BAD, flood_unread, IMSG_VIF_ADD, 0);
	add_flood("engine", "RELOAD-and-READY", BAD, flood_reload_ready, 0, 0);
	add_flood("engine", "deaf", ENDS, flood_deaf, 0, 0);
	add_flood("engine", "HOLD", LIVES, flood_holds, IMSG_HOLD, 0);
	add_flood("engine", "descriptors", LIVES, flood_descriptors, 0, 0);
	add_flood("control", "ALIVE", LIVES, flood_one, IMSG_ALIVE, 0);
	add_flood("control", "LOG", LIVES, flood_lines, IMSG_LOG, 0);
	add_flood("control", "descriptors", LIVES, flood_descriptors, 0, 0);
}

void
attacks_make_link(void)
{
	make_holds();
	make_descriptors();
	make_words();
	make_logs("engine");
	make_logs("control");
	make_frames("engine");
	make_frames("control");
	make_credits();
	make_floods();
}
