/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Sends a request of one or more commands to the daemon, and prints the answer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/imsg.h"
#include "smcroutectl.h"

#define ID_MAX	    (sizeof(struct ctl_cmd) + CTL_IDSIZE + sizeof("again"))
#define REQUEST_MAX (CTL_MAXDATA - ID_MAX)
#define TRIES	    5 /* attempts to get an answer to a request */
#define NO_STATUS   (CTL_AGAIN + 1)

static unsigned char request[REQUEST_MAX];
static size_t requestlen;
static uint16_t request_kind; /* of its last command */
static uint32_t first_line, last_line;

/* How to send a request again whose answer stopped before CTL_END: not at all,
 * on this connection, or on a new one. */
enum again { AGAIN_NO, AGAIN_HERE, AGAIN_CONNECT };

/* Texts of CTL_FAIL and CTL_NOTE.  They are printed only after CTL_END. */
struct text {
	uint32_t line;
	char *text;
};

static struct text *texts;
static size_t ntexts;

static const struct output *output; /* what prints the answer to a show */
static int begun;		    /* output->begin() was called */
static int complete;		    /* the END of the answer has come */
static struct row row;		    /* the row that is being read */
static uint8_t last_row;	    /* kind of the last row */
static uint32_t fails;
static int tries;      /* sends of this request without an answer */
static uint32_t id[2]; /* of the request */

int
is_single(uint16_t kind)
{
	return cmd_is_show(kind) || kind == CTL_KILL || kind == CTL_RELOAD;
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
	if (requestlen == 0)
		first_line = line;
	last_line = line;
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
begin_output(void)
{
	if (begun || !cmd_is_show(request_kind))
		return;
	begun = 1;
	output->begin(request_kind);
}

/* Whether a row of this kind may come now: kinds come in ascending order. */
static int
is_expected(uint8_t kind)
{
	return row_kinds[kind].show == request_kind &&
	    (request_kind == CTL_SHOW_PENDING || kind >= last_row);
}

static int
answer_row(struct imsg *imsg)
{
	static unsigned char message[CTL_MAXDATA];
	size_t len = imsg_get_len(imsg);
	int rc;

	if (len > sizeof(message) || imsg_get_buf(imsg, message, len) == -1 ||
	    (rc = row_take(&row, message, len)) == -1 || !is_expected(row.kind))
		return -1;
	last_row = row.kind;
	if (rc == 0)
		return 0;
	begin_output();
	output->row(&row);
	return 0;
}

static int
answer_text(struct imsg *imsg, uint32_t *count)
{
	struct text *t;
	uint32_t line;
	size_t len;

	if (imsg_get_buf(imsg, &line, sizeof(line)) == -1)
		return -1;
	len = imsg_get_len(imsg);
	t = reallocarray(texts, ntexts + 1, sizeof(*t));
	if (t == NULL || (t[ntexts].text = calloc(1, len + 1)) == NULL) {
		complain(0, "%s", strerror(errno));
		exit(EX_OSERR);
	}
	texts = t;
	t += ntexts++;
	t->line = line;
	if (count != NULL)
		(*count)++;
	return imsg_get_buf(imsg, t->text, len);
}

static void
end_texts(int is_void)
{
	size_t i;

	for (i = 0; i < ntexts; i++) {
		if (!is_void)
			complain(texts[i].line, "%s", texts[i].text);
		free(texts[i].text);
	}
	ntexts = 0;
}

/* Takes the END of an answer.  Returns the exit code, or -1: it is
 * malformed. */
static int
answer_end(uint32_t status)
{
	if (status == NO_STATUS)
		return -1;
	if (status == CTL_AGAIN) {
		complain(0, "the engine was restarted before it answered");
		return EX_REFUSED;
	}
	if (status == CTL_OK && row.open)
		return -1;
	complete = 1;
	end_texts(0);
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
	begin_output();
	if (begun)
		output->end();
	if (request_kind == CTL_KILL)
		link_wait_end();
	return fails > 0 ? EX_REFUSED : 0;
}

/* The status of an END; NO_STATUS: this is no END, or malformed. */
static uint32_t
end_status(struct imsg *imsg)
{
	uint32_t status;

	if (imsg_get_type(imsg) != CTL_END ||
	    imsg_get_data(imsg, &status, sizeof(status)) == -1 ||
	    status > CTL_AGAIN)
		return NO_STATUS;
	return status;
}

/* Takes one message of the answer, and of an END its status.  Returns the exit
 * code at the END, else -1. */
static int
answer_message(struct imsg *imsg, uint32_t status)
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
		bad = link_is_new() || (rc = answer_end(status)) == -1;
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

/* A show that has begun to print cannot be repeated. */
static int
may_repeat(void)
{
	return !begun && request_kind != CTL_KILL && ++tries < TRIES;
}

/* Reads the answer.  Returns the exit code, or sets *again. */
static int
answer(enum again *again)
{
	struct imsg imsg;
	enum link_result result;
	uint32_t status;
	int rc;

	*again = AGAIN_NO;
	while ((result = link_next(&imsg)) == LINK_OK) {
		/* an END that is no answer: the engine has ended */
		status = end_status(&imsg);
		if (status == CTL_AGAIN && !link_is_new() && may_repeat()) {
			imsg_free(&imsg);
			*again = AGAIN_HERE;
			return 0;
		}
		rc = answer_message(&imsg, status);
		imsg_free(&imsg);
		if (rc != -1)
			return rc;
	}
	if (result == LINK_FAILED) {
		complain(0, "bad answer from the daemon");
		return EX_REFUSED;
	}
	if ((link_is_new() || may_repeat()) && link_retry() == 0) {
		*again = AGAIN_CONNECT;
		return 0;
	}
	return hung_up();
}

/* Sends the request, with its id before it. */
static int
send_request(void)
{
	static unsigned char message[CTL_MAXDATA];
	struct ctl_cmd cmd = { sizeof(cmd), CTL_ID, first_line };
	size_t n = 0;

	if (!cmd_is_show(request_kind)) {
		n = sizeof(cmd) +
		    snprintf((char *)message + sizeof(cmd), CTL_IDSIZE,
			"%08x%08x", id[0], id[1]) +
		    1;
		if (tries > 0) {
			memcpy(message + n, "again", sizeof("again"));
			n += sizeof("again");
		}
		cmd.len = n;
		memcpy(message, &cmd, sizeof(cmd));
	}
	memcpy(message + n, request, requestlen);
	return link_send(CTL_REQUEST, message, n + requestlen);
}

int
request_send(void)
{
	enum again again;
	int rc;

	if (requestlen == 0)
		return 0;
	output = opt.json ? &json_output : &text_output;
	begun = complete = last_row = tries = 0;
	row_clear(&row);
	arc4random_buf(id, sizeof(id));
	do {
		again = AGAIN_NO;
		fails = 0;
		rc = send_request();
		if (rc == 0)
			rc = answer(&again);
		end_texts(1);
		if (again != AGAIN_HERE &&
		    (!complete || request_kind == CTL_KILL))
			link_close(); /* the daemon sends nothing more here */
	} while (again != AGAIN_NO);
	if (rc != 0 && !complete && tries > 0 && first_line != 0)
		complain(0,
		    "lines %u to %u are not answered, and may not be "
		    "done",
		    first_line, last_line);
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
