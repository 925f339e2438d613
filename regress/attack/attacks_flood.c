/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Attacks by quantity: very many messages, descriptors or lines for the log.
 */
#include <poll.h>
#include <string.h>
#include <syslog.h>

#include "rogue.h"

#define MANY	100000
#define AT_ONCE 250  /* messages in one write */
#define MOST	5000 /* verbs whose answers are not read */

static unsigned char buf[AT_ONCE * 64];

/* Sends the same message MANY times. */
static void
flood(uint32_t type, const void *data, size_t len)
{
	struct imsg_hdr h = { .type = type, .len = sizeof(h) + len };
	size_t i;

	for (i = 0; i < AT_ONCE; i++) {
		memcpy(buf + i * h.len, &h, sizeof(h));
		if (len > 0)
			memcpy(buf + i * h.len + sizeof(h), data, len);
	}
	for (i = 0; i < MANY; i += AT_ONCE)
		put(buf, AT_ONCE * h.len, NULL, 0);
}

void
flood_one(const struct attack *a)
{
	static const unsigned char zero[48];

	flood(a->type, zero, a->len);
}

void
flood_lines(const struct attack *a)
{
	char line[sizeof(int32_t) + 32];
	int32_t priority = LOG_NOTICE;

	memcpy(line, &priority, sizeof(priority));
	memset(line + sizeof(priority), 'z', 32);
	flood(a->type, line, sizeof(line));
}

/*
 * Sends the message over and over and reads nothing, until the parent takes no
 * more.  Then sends the rest of the last one, and reads meanwhile.  Returns how
 * often it was sent, and adds to *answers how many messages of that type came.
 */
static size_t
flood_until_full(const void *data, size_t len, uint32_t type, size_t *answers)
{
	size_t n, pos = 0, times = 0;

	while (times < MOST &&
	    (n = put_some(parent.fd, (const char *)data + pos, len - pos)) > 0)
		if ((pos += n) == len) {
			pos = 0;
			times++;
		}
	while (pos != 0 && pos < len) {
		*answers += count_read(type);
		pos += put_some(parent.fd, (const char *)data + pos, len - pos);
	}
	return times + (pos == len);
}

/* The answer of each is as long as possible: all of its entries fail. */
void
flood_unread(const struct attack *a)
{
	struct {
		struct imsg_hdr h;
		struct wire_vif v[WIRE_BATCH];
	} m;
	size_t i, answers = 0;

	memset(&m, 0, sizeof(m));
	m.h.type = a->type;
	m.h.len = sizeof(m);
	for (i = 0; i < WIRE_BATCH; i++) {
		m.v[i].slot = 9;
		m.v[i].ttl = 1;
		m.v[i].ifindex = 99999;
	}
	(void)flood_until_full(&m, sizeof(m), IMSG_RESULT, &answers);
}

/* Asks for files without end and reads none. */
void
flood_reload_ready(const struct attack *a)
{
	struct {
		struct imsg_hdr reload, ready;
		struct wire_ready r;
	} m;
	size_t answers = 0;

	(void)a;
	memset(&m, 0, sizeof(m));
	m.reload.type = IMSG_RELOAD;
	m.reload.len = sizeof(m.reload);
	m.ready.type = IMSG_READY;
	m.ready.len = sizeof(m.ready) + sizeof(m.r);
	(void)flood_until_full(&m, sizeof(m), IMSG_CONFIG, &answers);
}

/* Reads nothing after the first of many files; what it sends must still be
 * read. */
void
flood_deaf(const struct attack *a)
{
	const struct wire_ready r = { 0, 0 };
	struct pollfd pfd = { .fd = parent.fd, .events = POLLIN };

	(void)a;
	put_message(IMSG_READY, 0, -1, &r, sizeof(r));
	put_message(IMSG_RELOAD, 0, -1, NULL, 0);
	(void)poll(&pfd, 1, PATIENCE);
	put_log("rogue: deaf, not mute");
	for (;;)
		(void)poll(NULL, 0, -1);
}

/* Sends as many sockets as the parent can hold. */
void
flood_holds(const struct attack *a)
{
	uint32_t i;

	(void)a;
	for (i = 0; i < setup.hold; i++)
		put_message(IMSG_HOLD, i, odd[ODD_UDP], NULL, 0);
	for (i = 0; i < setup.hold; i++)
		put_message(IMSG_UNHOLD, i, -1, NULL, 0);
}

/* Descriptors that no header announces, sixteen with each message. */
void
flood_descriptors(const struct attack *a)
{
	struct imsg_hdr h = { .type = IMSG_ALIVE, .len = sizeof(h) };
	int i, fds[16];

	(void)a;
	for (i = 0; i < 16; i++)
		fds[i] = odd[ODD_NULL];
	for (i = 0; i < 500; i++)
		put(&h, sizeof(h), fds, 16);
}
