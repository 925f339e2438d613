/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A request to the daemon, with one or more commands, and the answer to it.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "common/imsg.h"
#include "smcroutectl.h"

/* The control process puts 4 bytes in front of a request. */
#define REQUEST_MAX (MAX_IMSGSIZE - IMSG_HEADER_SIZE - sizeof(uint32_t))

static unsigned char request[REQUEST_MAX];
static size_t requestlen;
static uint16_t request_kind; /* kind of the last command in the request */

static const struct output *output; /* what prints the answer to a show */
static int begun;
static int complete; /* the END of the answer has come */
static uint8_t last_row;
static uint32_t fails;

static const struct {
	uint16_t kind;
	uint8_t first, last; /* kinds of rows, in this order */
} row_kinds[] = {
	{ CTL_SHOW_ROUTES, ROW_ASM, ROW_KERNEL },
	{ CTL_SHOW_GROUPS, ROW_GROUP, ROW_GROUP_KERNEL },
	{ CTL_SHOW_INTERFACES, ROW_IFACE, ROW_IFACE },
	{ CTL_SHOW_PENDING, ROW_PENDING_MROUTE, ROW_PENDING_PHYINT },
};

int
is_show(uint16_t kind)
{
	return kind >= CTL_SHOW_ROUTES && kind <= CTL_SHOW_PENDING;
}

int
is_single(uint16_t kind)
{
	return is_show(kind) || kind == CTL_KILL || kind == CTL_RELOAD;
}

int
request_add(const struct command *c, char **args, int n, uint32_t line)
{
	struct ctl_cmd cmd;
	unsigned char *p;
	size_t len = sizeof(cmd);
	static char *detail[] = { "detail" };
	int i;

	if (c->kind == CTL_SHOW_ROUTES && (opt.detail || opt.json)) {
		args = detail;
		n = 1;
	}
	for (i = 0; i < n; i++)
		len += strlen(args[i]) + 1;
	if (len > sizeof(request) - requestlen)
		return -1;
	cmd.len = len;
	cmd.kind = c->kind;
	cmd.line = line;
	p = request + requestlen;
	memcpy(p, &cmd, sizeof(cmd));
	p += sizeof(cmd);
	for (i = 0; i < n; i++) {
		len = strlen(args[i]) + 1;
		memcpy(p, args[i], len);
		p += len;
	}
	requestlen += cmd.len;
	request_kind = c->kind;
	return 0;
}

static void
begin(void)
{
	if (begun || !is_show(request_kind))
		return;
	begun = 1;
	output->begin(request_kind);
}

/* Whether len is a prefix length of the address's family. */
static int
is_prefix(const struct addr *a, uint8_t len)
{
	return len <= ADDR_BITS && (addr_af(a) == AF_INET6 || len >= ADDR_V4);
}

/* Whether a row of this kind may come now: kinds come in ascending order. */
static int
is_expected(uint8_t kind)
{
	size_t i;

	for (i = 0; i < sizeof(row_kinds) / sizeof(row_kinds[0]); i++) {
		if (row_kinds[i].kind != request_kind)
			continue;
		if (kind < row_kinds[i].first || kind > row_kinds[i].last)
			return 0;
		return request_kind == CTL_SHOW_PENDING || kind >= last_row;
	}
	return 0;
}

static int
answer_row(struct imsg *imsg)
{
	static char words[MAX_IMSGSIZE];
	struct row row;
	size_t len;

	if (imsg_get_buf(imsg, &row.r, sizeof(row.r)) == -1)
		return -1;
	len = imsg_get_len(imsg);
	if (len == 0 || len > sizeof(words) ||
	    imsg_get_buf(imsg, words, len) == -1 || words[len - 1] != '\0')
		return -1;
	if (!is_expected(row.r.kind) || !is_prefix(&row.r.src, row.r.slen) ||
	    !is_prefix(&row.r.grp, row.r.glen))
		return -1;
	last_row = row.r.kind;
	row.iif = words;
	row.oifs = words + strlen(words) + 1;
	row.end = words + len;
	row.why = NULL;
	if (row.r.flags & ROW_WHY) {
		if (row.oifs == row.end)
			return -1;
		for (row.why = row.end - 1;
		     row.why > row.oifs && row.why[-1] != '\0'; row.why--)
			;
		row.end = row.why;
	}
	begin();
	output->row(&row);
	return 0;
}

static int
answer_text(struct imsg *imsg, uint32_t *count)
{
	static char text[MAX_IMSGSIZE + 1];
	uint32_t line;
	size_t len;

	if (imsg_get_buf(imsg, &line, sizeof(line)) == -1)
		return -1;
	if ((len = imsg_get_len(imsg)) >= sizeof(text) ||
	    imsg_get_buf(imsg, text, len) == -1)
		return -1;
	text[len] = '\0';
	complain(line, "%s", text);
	if (count != NULL)
		(*count)++;
	return 0;
}

/* Takes the END of an answer.  The exit code, or -1: it is malformed. */
static int
answer_end(struct imsg *imsg)
{
	uint32_t status;

	if (imsg_get_data(imsg, &status, sizeof(status)) == -1 ||
	    status > CTL_DENIED)
		return -1;
	complete = 1;
	if (status == CTL_DENIED) {
		if (fails == 0)
			complain(0, "not allowed");
		return EX_NOPERM;
	}
	if (status == CTL_REFUSED) {
		if (fails == 0)
			complain(0, "the daemon refused");
		return EX_REFUSED;
	}
	begin();
	if (begun)
		output->end();
	if (request_kind == CTL_KILL)
		link_wait_end();
	return fails > 0 ? EX_REFUSED : 0;
}

/* Takes one message of the answer.  The exit code, or -1: more will come. */
static int
answer_message(struct imsg *imsg)
{
	int rc = -1, bad = 0;

	switch (imsg_get_type(imsg)) {
	case CTL_HELLO:
		rc = link_hello(imsg);
		return rc == 0 ? -1 : rc;
	case CTL_ROW:
		bad = link_is_new() || answer_row(imsg) == -1;
		break;
	case CTL_FAIL:
		bad = link_is_new() || answer_text(imsg, &fails) == -1;
		break;
	case CTL_NOTE:
		bad = link_is_new() || answer_text(imsg, NULL) == -1;
		break;
	case CTL_END:
		bad = link_is_new() || (rc = answer_end(imsg)) == -1;
		break;
	default:
		bad = 1;
	}
	if (!bad)
		return rc;
	complain(0, "bad answer from the daemon");
	return EX_REFUSED;
}

static int
hung_up(void)
{
	if (request_kind == CTL_KILL && !link_is_new())
		return 0;
	complain(0,
	    link_is_new() ? "the daemon at %s takes no more clients" :
			    "the daemon at %s hung up",
	    link_path());
	return EX_UNAVAILABLE;
}

/* Reads the answer.  The exit code; *again: the daemon did nothing, so the
 * request may be sent again on a new connection. */
static int
answer(int *again)
{
	struct imsg imsg;
	enum link_result result;
	int rc;

	*again = 0;
	while ((result = link_next(&imsg)) == LINK_OK) {
		rc = answer_message(&imsg);
		imsg_free(&imsg);
		if (rc != -1)
			return rc;
	}
	if (result == LINK_FAILED) {
		complain(0, "bad answer from the daemon");
		return EX_REFUSED;
	}
	*again = link_is_new() && link_retry() == 0;
	return *again ? 0 : hung_up();
}

int
request_send(void)
{
	int rc, again;

	if (requestlen == 0)
		return 0;
	output = opt.json ? &json_output : &text_output;
	begun = complete = last_row = fails = 0;
	do {
		again = 0;
		rc = link_send(CTL_REQUEST, request, requestlen);
		if (rc == 0)
			rc = answer(&again);
		if (!complete || request_kind == CTL_KILL)
			link_close(); /* this connection is of no more use */
	} while (again);
	requestlen = 0;
	return rc;
}

int
request_one(const struct command *c, char **args, int n, uint32_t line)
{
	if (request_add(c, args, n, line) == -1) {
		complain(line, "the command is too long");
		return EX_USAGE;
	}
	return request_send();
}
