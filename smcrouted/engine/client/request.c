/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Requests of smcroutectl, which the control process passes on, and their
 * answers.
 */
#include <sys/queue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/ctl.h"
#include "common/log.h"
#include "engine/have/bus.h"
#include "engine/out/verbs.h"
#include "engine/run/routes.h"
#include "engine/store/journal.h"
#include "engine/store/load.h"
#include "engine/want/current.h"
#include "answer.h"
#include "change.h"
#include "cmd.h"
#include "counts.h"
#include "notes.h"
#include "reply.h"
#include "request.h"
#include "show.h"

#define MAXREQUESTS 64	      /* the most clients that control serves */
#define MAXQUEUE    (1 << 20) /* bytes queued for control: stop reading it */

enum stage {
	STAGE_NEW,	/* there is no configuration yet */
	STAGE_RUNNING,	/* its commands are being run */
	STAGE_SETTLING, /* run; the kernel has not done the work yet */
	STAGE_RELOAD,
	STAGE_SHOW
};

struct request {
	TAILQ_ENTRY(request) entry;
	uint32_t client;
	enum stage stage;
	int gone; /* its client is gone; the kernel may yet refuse its work */
	struct ticket ticket; /* of the work it has caused */
	struct answer answer;
	size_t ran;  /* bytes of data whose commands were run */
	size_t nran; /* commands that were run */
	int groups;  /* it waits for memberships as well */
	uint32_t reload;
	uint32_t reload_line; /* line of the batch with the "reload" */
	struct show show;
	struct changes changes;
	uint8_t *effects;     /* enum effect of each command; behind data */
	size_t len;	      /* length of data */
	unsigned char data[]; /* rights, then commands; see answer_record() */
};

/* In the order in which they have come. */
static TAILQ_HEAD(request_list, request) requests = TAILQ_HEAD_INITIALIZER(
    requests);
static unsigned int nrequests;
static uint32_t reloads; /* number of the last reload */

static void
say_fail(void *arg, uint32_t line, const char *text)
{
	const struct request *r = arg;

	if (!r->gone)
		reply_text(r->client, CTL_FAIL, line, text);
}

/* Notes a failure.  The client is told when the whole request is answered: if
 * the engine dies before, the next one runs the request again, and then the
 * line may succeed. */
static void
fail(struct request *r, uint32_t line, const char *text)
{
	if (answer_fail(&r->answer, line, text) == -1)
		say_fail(r, line, text);
}

static void
fail_line(void *r, uint32_t line, const char *text)
{
	fail(r, line, text);
}

static void
request_free(struct request *r)
{
	show_end(&r->show);
	changes_forget(&r->changes);
	answer_free(&r->answer);
	TAILQ_REMOVE(&requests, r, entry);
	nrequests -= !r->gone;
	free(r);
}

static void
record_answer(struct request *r, uint32_t status)
{
	size_t first = sizeof(uint32_t); /* skip the rights */

	answer_record(&r->answer, status, r->data + first,
	    r->ran > first ? r->ran - first : 0, r->effects);
}

/* The client is gone.  What its request has changed stays, unless the kernel
 * refuses it. */
static void
abandon(struct request *r)
{
	if (r->stage == STAGE_SETTLING) {
		nrequests -= !r->gone;
		r->gone = 1;
		return;
	}
	if (r->stage == STAGE_RELOAD)
		r->answer.id[0] = '\0'; /* its result is not known yet */
	record_answer(r, answer_status(&r->answer));
	request_free(r);
}

static void
finish_request(struct request *r, uint32_t status)
{
	record_answer(r, status);
	if (!r->gone) {
		answer_each(&r->answer, say_fail, r);
		peer_send(&control, CTL_END, r->client, -1, &status,
		    sizeof(status));
	}
	request_free(r);
}

/* Runs the command on a route or group that is at p in the request's data. */
static void
do_words(struct request *r, const struct ctl_cmd *c, const unsigned char *p)
{
	int rc = -1, removes = c->kind == CTL_REMOVE || c->kind == CTL_LEAVE;
	const char *why, **words;
	struct directive d;

	words = cmd_parse(c, (const char *)p + sizeof(*c), &d, &why);
	if (why != NULL)
		;
	else if (!slots_family(addr_af(&d.grp.a) == AF_INET6))
		why = "the kernel has no multicast routing for this family";
	else if ((why = journal_room(config, &d, removes, &r->answer.room)) !=
	    NULL)
		;
	else
		rc = change_line(&r->changes, c, &d, &why);
	r->groups |= c->kind == CTL_JOIN || c->kind == CTL_LEAVE;
	if (rc == -1)
		fail(r, c->line, why);
	else if (c->kind == CTL_ADD)
		notes_route(r->client, &d, c->line);
	if (rc != -1)
		r->effects[r->nran] = rc == 1 ? EFFECT_NEW : EFFECT_CHANGED;
	free(words);
}

static void
do_command(struct request *r, const struct ctl_cmd *c, const unsigned char *p)
{
	static const char detail[] = "detail";

	switch (c->kind) {
	case CTL_ID: /* see was_answered() */
		break;
	case CTL_FLUSH:
		routes_flush();
		break;
	case CTL_RELOAD:
		r->stage = STAGE_RELOAD;
		r->reload = ++reloads;
		r->reload_line = c->line;
		verbs_reload(r->reload);
		break;
	case CTL_KILL:
		verbs_quit();
		break;
	case CTL_SHOW_GROUPS:
		groups_look();
		(void)groups_work(); /* joins a few at once */
		reconcile_some();
		/* FALLTHROUGH */
	case CTL_SHOW_ROUTES:
	case CTL_SHOW_INTERFACES:
	case CTL_SHOW_PENDING:
		r->stage = STAGE_SHOW;
		r->show.kind = c->kind;
		r->show.detail = c->len == sizeof(*c) + sizeof(detail) &&
		    memcmp(p + sizeof(*c), detail, sizeof(detail)) == 0;
		break;
	default:
		do_words(r, c, p);
	}
}

static struct request *
find(uint32_t client)
{
	struct request *r;

	TAILQ_FOREACH(r, &requests, entry)
		if (r->client == client && !r->gone)
			return r;
	return NULL;
}

static void
show(struct request *r)
{
	enum show_state state = show_chunk(&r->show, r->client);

	if (state == SHOW_DONE) {
		notes_send(r->client);
		finish_request(r, CTL_OK);
	} else if (state == SHOW_MORE)
		/* control answers when the client has read this chunk */
		peer_send(&control, IMSG_CTL_MORE, r->client, -1, NULL, 0);
}

/* Counters have come that the show of this client waits for. */
static void
show_on(uint32_t client)
{
	struct request *r = find(client), *next;

	if (r != NULL && r->show.waits)
		show(r);
	TAILQ_FOREACH_SAFE(r, &requests, entry, next)
		if (r->show.waits)
			show(r);
}

/* 1 when r repeats a request whose client hung up and whose work is not done
 * yet.  The new client gets the answer to that request, and r is freed. */
static int
was_abandoned(struct request *r)
{
	struct request *g;

	TAILQ_FOREACH(g, &requests, entry)
		if (g->gone && r->answer.id[0] != '\0' &&
		    strcmp(g->answer.id, r->answer.id) == 0) {
			g->client = r->client;
			g->gone = 0;
			nrequests++;
			request_free(r);
			return 1;
		}
	return 0;
}

/* Notes the request's id.  1: this is a repetition of an earlier request.  The
 * answer to that was sent again, or is sent when its work is done. */
static int
was_answered(struct request *r, const unsigned char *p)
{
	const char *word = (const char *)p + sizeof(struct ctl_cmd);
	struct answer *a = &r->answer;
	struct ctl_cmd c;
	uint32_t status;

	memcpy(&c, p, sizeof(c));
	if (c.kind != CTL_ID || c.len == sizeof(c))
		return 0;
	p += c.len;
	strlcpy(a->id, word, sizeof(a->id));
	word += strlen(word) + 1;
	if (word == (const char *)p)
		return 0;
	if (was_abandoned(r))
		return 1;
	if (!journal_answer(a->id, fail_line, r, &status) ||
	    status > CTL_DENIED)
		return 0;
	a->id[0] = '\0';
	finish_request(r, status);
	return 1;
}

static void
run(struct request *r)
{
	const unsigned char *p = r->data, *end = r->data + r->len;
	struct ctl_cmd c;
	uint32_t rights;

	memcpy(&rights, p, sizeof(rights));
	p += sizeof(rights);
	r->stage = STAGE_RUNNING;
	for (; p < end; p += c.len) {
		if ((size_t)(end - p) < sizeof(c))
			break;
		memcpy(&c, p, sizeof(c));
		if (!cmd_is_whole(&c, p, end, r->len - sizeof(rights)))
			break;
		if (rights == 0 && !cmd_is_show(c.kind)) {
			finish_request(r, CTL_DENIED);
			return;
		}
		if (r->ran == 0 && was_answered(r, p))
			return;
		do_command(r, &c, p);
		r->ran = p + c.len - r->data;
		r->nran++;
	}
	if (p != end)
		fail(r, 0, "malformed request");
	changes_commit(&r->changes, &r->ticket);
	if (r->stage == STAGE_SHOW) {
		show(r);
		return;
	}
	if (r->stage == STAGE_RUNNING)
		r->stage = STAGE_SETTLING;
}

static int
new_request(struct imsg *imsg)
{
	struct request *r;
	size_t len = imsg_get_len(imsg);
	size_t commands = len / sizeof(struct ctl_cmd); /* no more */

	if (len < sizeof(uint32_t) || find(imsg_get_id(imsg)) != NULL ||
	    nrequests == MAXREQUESTS)
		return -1;
	if ((r = calloc(1, sizeof(*r) + len + commands)) == NULL)
		fatal(EX_OSERR, "request");
	r->client = imsg_get_id(imsg);
	answer_init(&r->answer);
	r->changes.fail = fail_line;
	r->changes.request = r;
	r->len = len;
	r->effects = r->data + len;
	imsg_get_buf(imsg, r->data, len);
	TAILQ_INSERT_TAIL(&requests, r, entry);
	nrequests++;
	if (config != NULL)
		run(r);
	return 0;
}

/* Stops reading from control while too much is queued for it: its clients send
 * requests and do not read the answers. */
static void
balance(struct peer *p)
{
	peer_pause(p, peer_queue(p) >= MAXQUEUE);
}

static int
control_dispatch(struct peer *p, struct imsg *imsg)
{
	struct request *r;
	int rc = 0;

	r = find(imsg_get_id(imsg));
	switch (imsg_get_type(imsg)) {
	case IMSG_CTL_REQUEST:
		rc = new_request(imsg);
		break;
	case IMSG_CTL_MORE:
		if (r != NULL && r->stage == STAGE_SHOW)
			show(r);
		break;
	case IMSG_CTL_GONE:
		if (r != NULL)
			abandon(r);
		break;
	default:
		rc = -1;
	}
	balance(p);
	return rc;
}

static void
drop_requests(void)
{
	struct request *r, *next;

	TAILQ_FOREACH_SAFE(r, &requests, entry, next)
		abandon(r);
}

static void
control_gone(struct peer *p, const char *why)
{
	(void)p;
	log_debug("control: %s", why);
	drop_requests();
	if (strcmp(why, PEER_EOF) != 0)
		verbs_expel();
}

void
request_open(int fd)
{
	drop_requests();
	peer_close(&control);
	control.name = "control";
	control.dispatch = control_dispatch;
	control.gone = control_gone;
	control.idle = balance;
	peer_open(&control, fd);
}

void
request_check(void)
{
	struct request *r, *next;

	TAILQ_FOREACH_SAFE(r, &requests, entry, next)
		if (r->stage == STAGE_SETTLING && ticket_is_done(&r->ticket) &&
		    (!r->groups || ticket_is_grouped(&r->ticket)))
			finish_request(r, answer_status(&r->answer));
}

void
request_loaded(uint32_t id, unsigned int errors)
{
	struct request *r, *next;
	const char *text;
	char more[64];
	unsigned int n;

	TAILQ_FOREACH_SAFE(r, &requests, entry, next) {
		if (r->stage != STAGE_RELOAD || id == 0 ||
		    (int32_t)(id - r->reload) < 0)
			continue;
		for (n = 0; (text = load_error(n)) != NULL; n++)
			fail(r, r->reload_line, text);
		if (errors > n) {
			snprintf(more, sizeof(more),
			    "and %u more; smcrouted -F lists all", errors - n);
			fail(r, 0, more);
		}
		finish_request(r, errors != 0 ? CTL_REFUSED : CTL_OK);
	}
}

void
request_begin(void)
{
	struct request *r, *next;

	TAILQ_FOREACH_SAFE(r, &requests, entry, next)
		run(r);
}

void
request_new_config(void)
{
	struct request *r;

	TAILQ_FOREACH(r, &requests, entry) {
		changes_forget(&r->changes);
		r->ran = r->nran = 0;
	}
}

void
request_refused(const struct wire_key *k, int error)
{
	struct request *r;

	/* what was done last is undone first */
	TAILQ_FOREACH_REVERSE(r, &requests, request_list, entry)
	changes_refused(&r->changes, k, error, &r->ticket);
}

static void
join_refused(const struct bus_event *b)
{
	struct request *r;

	if (b->kind != BUS_GROUP_REFUSED)
		return;
	TAILQ_FOREACH_REVERSE(r, &requests, request_list, entry)
	changes_join_refused(&r->changes, b->member, b->error, &r->ticket);
}

void
request_init(void)
{
	bus_subscribe(join_refused);
	counts_init(show_on);
}
