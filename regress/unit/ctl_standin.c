/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A daemon for smcroutectl: one client at a time, answers by a script that is
 * the second argument.
 *
 *	ctl_standin SOCKET MODE [ROWS]
 */
#include <sys/socket.h>
#include <sys/un.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/ctl.h"
#include "common/imsg.h"
#include "common/rows.h"

static const char *mode;
static int nrows; /* of the kernel's entries, besides the fixed rows */
static struct imsgbuf ibuf;
static int requests; /* so far */

static int
is_mode(const char *name)
{
	return strcmp(mode, name) == 0;
}

static void
say(uint32_t type, const void *data, size_t len)
{
	if (imsg_compose(&ibuf, type, 0, 0, -1, data, len) == -1)
		err(1, "imsg_compose");
	if (imsgbuf_queuelen(&ibuf) > 65536)
		(void)imsgbuf_flush(&ibuf);
}

static void
end(uint32_t status)
{
	say(CTL_END, &status, sizeof(status));
	(void)imsgbuf_flush(&ibuf);
}

static void
fail(uint32_t line, const char *text)
{
	unsigned char buf[1024];
	size_t len = strlen(text);

	memcpy(buf, &line, sizeof(line));
	memcpy(buf + sizeof(line), text, len);
	say(CTL_FAIL, buf, sizeof(line) + len);
}

static void
send_message(void *arg, const void *message, size_t len)
{
	(void)arg;
	say(CTL_ROW, message, len);
}

static struct row_writer w = { .send = send_message };

static void
add_prefix(enum row_tag tag, const char *text)
{
	struct prefix p;
	const char *errstr;

	if (prefix_parse(&p, text, &errstr) == -1)
		errx(1, "%s: %s", text, errstr);
	row_prefix(&w, tag, &p);
}

/* words: separated by '|' */
static void
add_words(enum row_tag tag, const char *words)
{
	char buf[256], *s = buf, *word;

	strlcpy(buf, words, sizeof(buf));
	while ((word = strsep(&s, "|")) != NULL)
		row_text(&w, tag, word);
}

static void
begin_route(enum row_kind kind, const char *src, const char *grp,
    const char *iif)
{
	row_begin(&w, kind);
	add_prefix(TAG_SOURCE, src);
	add_prefix(TAG_GROUP, grp);
	row_text(&w, TAG_IIF, iif);
}

/* oifs: NULL: none */
static void
route(enum row_kind kind, const char *src, const char *grp, const char *iif,
    const char *oifs)
{
	begin_route(kind, src, grp, iif);
	if (oifs != NULL)
		add_words(TAG_OIF, oifs);
	row_end(&w, 0);
}

static void
entry(int learned, int stop, const char *src, const char *grp, const char *iif,
    const char *oifs)
{
	begin_route(ROW_KERNEL, src, grp, iif);
	row_bool(&w, TAG_LEARNED, learned);
	row_bool(&w, TAG_STOP, stop);
	row_number(&w, TAG_PACKETS, 12);
	row_number(&w, TAG_BYTES, 12345678901ULL);
	row_number(&w, TAG_WRONG, 3);
	if (oifs != NULL)
		add_words(TAG_OIF, oifs);
	row_end(&w, 0);
}

/* -1: no slot */
static void
iface(uint32_t ifindex, int32_t vif, int32_t mif, const char *name)
{
	row_begin(&w, ROW_IFACE);
	row_number(&w, TAG_INDEX, ifindex);
	row_text(&w, TAG_NAME, name);
	if (vif != -1)
		row_number(&w, TAG_VIF, vif);
	if (mif != -1)
		row_number(&w, TAG_MIF, mif);
	row_end(&w, 0);
}

/* An address of 0.0.0.0/0, whatever the parser makes of that. */
#define ANY4 "0.0.0.0/0"

static void
many_rows(void)
{
	struct prefix src;
	const char *errstr;
	int i;

	if (prefix_parse(&src, "10.0.0.0", &errstr) == -1)
		errx(1, "%s", errstr);
	for (i = 0; i < nrows; i++) {
		addr_add(&src.a, 1);
		row_begin(&w, ROW_KERNEL);
		row_prefix(&w, TAG_SOURCE, &src);
		add_prefix(TAG_GROUP, "225.0.0.1");
		row_text(&w, TAG_IIF, "eth0");
		row_bool(&w, TAG_LEARNED, 1);
		row_bool(&w, TAG_STOP, 0);
		row_number(&w, TAG_PACKETS, 1);
		add_words(TAG_OIF, "eth1|eth2");
		row_end(&w, 0);
	}
}

/* A rule of nrows outbound interfaces, in many messages. */
static void
long_row(void)
{
	char name[16];
	int i;

	begin_route(ROW_ASM, ANY4, "225.3.3.0/24", "a1");
	row_bool(&w, TAG_KERNEL, 0);
	row_text(&w, TAG_WHY, "a reason");
	for (i = 0; i < nrows; i++) {
		snprintf(name, sizeof(name), "oif%d", i);
		row_text(&w, TAG_OIF, name);
	}
	row_end(&w, 0);
}

/* Rows that are malformed, each in its own way. */
static void
bad_row(void)
{
	if (is_mode("row-kind"))
		iface(1, 0, 0, "eth0");
	else if (is_mode("row-empty"))
		say(CTL_ROW, NULL, 0);
	else if (is_mode("row-order")) {
		route(ROW_SSM, ANY4, "225.1.1.1", "a", NULL);
		route(ROW_ASM, ANY4, "225.1.1.1", "a", NULL);
	} else if (is_mode("row-lacks")) {
		row_begin(&w, ROW_ASM);
		row_text(&w, TAG_IIF, "a");
		row_end(&w, 0);
	} else if (is_mode("row-open")) {
		begin_route(ROW_ASM, ANY4, "225.1.1.1", "a");
		row_end(&w, 1);
	} else if (is_mode("row-other")) {
		begin_route(ROW_ASM, ANY4, "225.1.1.1", "a");
		row_end(&w, 1);
		route(ROW_SSM, ANY4, "225.1.1.1", "a", NULL);
	}
}

static void
show(uint16_t kind)
{
	if (strncmp(mode, "row-", 4) == 0)
		bad_row();
	else if (is_mode("empty"))
		;
	else if (is_mode("long"))
		long_row();
	else if (kind == CTL_SHOW_ROUTES && nrows > 0)
		many_rows();
	else if (kind == CTL_SHOW_ROUTES) {
		route(ROW_ASM, ANY4, "225.3.3.0/24", "a1", "a2|a3");
		route(ROW_ASM, "::/0", "ff05::1", "eth+", "a2");
		route(ROW_SSM, "10.0.0.9", "225.4.4.4", "a1", "a2");
		entry(1, 0, "10.0.0.9", "225.4.4.4", "a1", "a2");
		entry(0, 1, "2001:db8::1", "ff05::9", "q\"\\\033[m\303\266\377",
		    NULL);
	} else if (kind == CTL_SHOW_GROUPS) {
		route(ROW_GROUP, ANY4, "225.1.1.0/30", "a1", NULL);
		route(ROW_GROUP, "10.0.0.1", "232.1.1.1", "a1", NULL);
		route(ROW_GROUP_KERNEL, ANY4, "225.1.1.1", "a1", NULL);
	} else if (kind == CTL_SHOW_INTERFACES) {
		iface(1, -1, -1, "lo");
		iface(23, 0, 31, "wl0123456789abc");
	} else {
		route(ROW_PENDING_MROUTE, ANY4, "239.5.5.5", "wg0", "a2|a3");
		route(ROW_PENDING_MGROUP, "10.0.0.0/8", "ff05::/64", "wg0",
		    NULL);
		row_begin(&w, ROW_PENDING_PHYINT);
		row_text(&w, TAG_IIF, "wg1");
		add_words(TAG_OPTION, "ttl-threshold|3");
		row_end(&w, 0);
	}
	end(CTL_OK);
}

/* Prints the request, with its words in mode "words". */
static void
report(const struct ctl_cmd *cmd, const unsigned char *words)
{
	size_t i, len = cmd->len - sizeof(*cmd);

	printf("%u ", cmd->kind);
	for (i = 0; is_mode("words") && i < len; i++)
		putchar(words[i] == '\0' ? ' ' : words[i]);
}

/* The id of a request, and whether it was sent before. */
static void
report_id(const unsigned char *p)
{
	const char *id = (const char *)p + sizeof(struct ctl_cmd);
	struct ctl_cmd cmd;

	memcpy(&cmd, p, sizeof(cmd));
	if (cmd.kind != CTL_ID || !(is_mode("again") || is_mode("once")))
		return;
	printf("%s %s\n", id,
	    cmd.len > sizeof(cmd) + strlen(id) + 1 ? id + strlen(id) + 1 :
						     "first");
	fflush(stdout);
}

/* Commands with the word "bad" fail. */
static void
commands(const unsigned char *p, size_t len)
{
	struct ctl_cmd cmd;
	uint32_t status = CTL_OK;

	for (; len > 0; p += cmd.len, len -= cmd.len) {
		memcpy(&cmd, p, sizeof(cmd));
		if (cmd.kind == CTL_ID) {
			report_id(p);
			continue;
		}
		if (memmem(p + sizeof(cmd), cmd.len - sizeof(cmd), "bad", 4) !=
		    NULL) {
			fail(cmd.line, "bad\033[31m is bad");
			status = CTL_REFUSED;
		}
		report(&cmd, p + sizeof(cmd));
	}
	printf("\n");
	fflush(stdout);
	end(status);
}

static void
request(struct imsg *imsg)
{
	static unsigned char buf[MAX_IMSGSIZE];
	struct ctl_cmd cmd;
	size_t len = imsg_get_len(imsg);

	if (imsg_get_buf(imsg, buf, len) == -1)
		err(1, "request");
	memcpy(&cmd, buf, sizeof(cmd));
	if (is_mode("denied")) {
		fail(cmd.line, "not allowed");
		end(CTL_DENIED);
	} else if (is_mode("again") || (is_mode("once") && requests++ == 0)) {
		fail(cmd.line, "void");
		report_id(buf);
		end(CTL_AGAIN);
	} else if (is_mode("unknown"))
		say(777, NULL, 0);
	else if (is_mode("status"))
		end(99);
	else if (cmd.kind >= CTL_SHOW_ROUTES && cmd.kind <= CTL_SHOW_PENDING)
		show(cmd.kind);
	else
		commands(buf, len);
}

/* 0: hang up. */
static int
message(struct imsg *imsg)
{
	uint32_t version = is_mode("version") ? CTL_VERSION + 1 : CTL_VERSION;

	if (is_mode("silent"))
		return 0;
	if (imsg_get_type(imsg) == CTL_HELLO) {
		say(CTL_HELLO, &version, sizeof(version));
		return 1;
	}
	if (is_mode("hangup") || is_mode("version") ||
	    (is_mode("hangup-once") && requests++ == 0))
		return 0;
	request(imsg);
	return 1;
}

static void
serve(int fd)
{
	struct imsg imsg;
	int go = 1;

	imsgbuf_init(&ibuf, fd);
	while (go && imsgbuf_read(&ibuf) == 1)
		while (go && imsgbuf_get(&ibuf, &imsg) == 1) {
			go = message(&imsg);
			(void)imsgbuf_flush(&ibuf);
		}
	imsgbuf_clear(&ibuf);
	close(fd);
}

int
main(int argc, char **argv)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd, client;

	if (argc < 3)
		errx(1, "usage: ctl_standin SOCKET MODE [ROWS]");
	mode = argv[2];
	nrows = argc > 3 ? atoi(argv[3]) : 0;
	signal(SIGPIPE, SIG_IGN);
	strlcpy(sun.sun_path, argv[1], sizeof(sun.sun_path));
	unlink(sun.sun_path);
	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1 ||
	    bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    listen(fd, 5) == -1)
		err(1, "%s", argv[1]);
	while ((client = accept(fd, NULL, NULL)) != -1)
		serve(client);
	err(1, "accept");
}
