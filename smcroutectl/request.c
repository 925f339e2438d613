/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A request to the daemon, of one command or of many, and its answer.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "common/imsg.h"
#include "smcroutectl.h"

/* The daemon puts a word of its own before it, see the control process. */
#define REQUEST_MAX (MAX_IMSGSIZE - IMSG_HEADER_SIZE - sizeof(uint32_t))

static unsigned char request[REQUEST_MAX];
static size_t requestlen;
static uint16_t request_kind; /* of its last command */

static const struct output *output; /* of a show */
static int begun;
static int complete;	 /* the answer has come to its END */
static struct row row;	 /* that is being read */
static uint8_t last_row; /* its kind */
static uint32_t fails;

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

/* A kind of this show, none before one that has come. */
static int
is_expected(uint8_t kind)
{
	return row_kinds[kind].show == request_kind &&
	    (request_kind == CTL_SHOW_PENDING || kind >= last_row);
}

static int
answer_row(struct imsg *imsg)
{
	static unsigned char message[MAX_IMSGSIZE];
	size_t len = imsg_get_len(imsg);
	int rc;

	if (len > sizeof(message) || imsg_get_buf(imsg, message, len) == -1 ||
	    (rc = row_take(&row, message, len)) == -1 || !is_expected(row.kind))
		return -1;
	last_row = row.kind;
	if (rc == 0)
		return 0;
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

/* The exit code, or -1. */
static int
answer_end(struct imsg *imsg)
{
	uint32_t status;

	if (imsg_get_data(imsg, &status, sizeof(status)) == -1 ||
	    status > CTL_DENIED)
		return -1;
	if (status == CTL_OK && row.open)
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

/* One message of the answer.  The exit code at its end, -1: it goes on. */
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

/* The exit code; *again: nothing was done, try on a new connection. */
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
	row_clear(&row);
	do {
		again = 0;
		rc = link_send(CTL_REQUEST, request, requestlen);
		if (rc == 0)
			rc = answer(&again);
		if (!complete || request_kind == CTL_KILL)
			link_close(); /* nothing more to be had from it */
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
