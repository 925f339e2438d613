/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What smcroutectl asks, by way of the control process, and its answers.
 */
#include <sys/queue.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/ctl.h"
#include "common/log.h"
#include "engine/decide/warnings.h"
#include "engine/have/flows.h"
#include "engine/out/verbs.h"
#include "engine/run/routes.h"
#include "engine/store/load.h"
#include "engine/want/current.h"
#include "change.h"
#include "request.h"
#include "show.h"

#define MAXREQUESTS 64	      /* as many as control has clients */
#define MAXQUEUE    (1 << 20) /* bytes for control before it is read again */

enum stage {
	STAGE_NEW,	/* there is no configuration yet */
	STAGE_RUNNING,	/* its commands are being done */
	STAGE_SETTLING, /* done here, not yet in the kernel */
	STAGE_RELOAD,
	STAGE_SHOW
};

struct request {
	TAILQ_ENTRY(request) entry;
	uint32_t client;
	enum stage stage;
	struct ticket ticket; /* of what it has changed */
	int failed;
	int groups; /* it waits for memberships, too */
	uint32_t reload;
	uint32_t reload_line; /* of the batch that the reload stands in */
	struct show show;
	struct changes changes;
	size_t len; /* of data */
	unsigned char data[];
};

static TAILQ_HEAD(, request) requests = TAILQ_HEAD_INITIALIZER(requests);
static unsigned int nrequests;
static uint32_t reloads; /* asked for so far */

struct peer control;

static void
say(struct request *r, uint32_t type, uint32_t line, const char *text)
{
	char buf[sizeof(line) + LOG_LINE_MAX];
	size_t n = strlen(text);

	if (n > LOG_LINE_MAX)
		n = LOG_LINE_MAX;
	memcpy(buf, &line, sizeof(line));
	memcpy(buf + sizeof(line), text, n);
	peer_send(&control, type, r->client, -1, buf, sizeof(line) + n);
}

static void
fail(struct request *r, uint32_t line, const char *text)
{
	say(r, CTL_FAIL, line, text);
	r->failed = 1;
}

static void
fail_line(void *r, uint32_t line, const char *text)
{
	fail(r, line, text);
}

/* Done, but probably not what is meant. */
static void
warn_route(struct request *r, const struct directive *d, uint32_t line)
{
	char text[128], grp[ADDRSTRLEN];
	size_t i;

	if (conf_is_linklocal(&d->grp)) {
		snprintf(text, sizeof(text),
		    "%s is link-local: no kernel routes it",
		    prefix_print(&d->grp, grp));
		say(r, CTL_NOTE, line, text);
		log_warnx("%s", text);
		config_warn(config, text);
	}
	for (i = 0; i < d->noifs; i++) {
		if (!conf_is_loop(d->iif, d->oifs[i]))
			continue;
		snprintf(text, sizeof(text),
		    "%s is inbound and outbound: packets may loop", d->oifs[i]);
		say(r, CTL_NOTE, line, text);
		log_warnx("%s", text);
		config_warn(config, text);
	}
}

static void
request_free(struct request *r)
{
	changes_forget(&r->changes);
	TAILQ_REMOVE(&requests, r, entry);
	nrequests--;
	free(r);
}

static void
finish(struct request *r, uint32_t status)
{
	peer_send(&control, CTL_END, r->client, -1, &status, sizeof(status));
	request_free(r);
}

/* The words of a command, each ended by a NUL, as a list. */
static const char **
split(const char *s, size_t len, size_t *n)
{
	const char **words, *end = s + len;
	size_t i;

	*n = 0;
	for (i = 0; i < len; i++)
		*n += s[i] == '\0';
	if ((words = calloc(*n + 1, sizeof(*words))) == NULL)
		fatal(EX_OSERR, "request");
	for (i = 0; s < end; s += strlen(s) + 1)
		words[i++] = s;
	return words;
}

/* A command on routes and groups. */
static void
do_words(struct request *r, const struct ctl_cmd *c, const char *s, size_t len)
{
	static const enum conf_words needs[] = { [CTL_ADD] = WORDS_ADD,
		[CTL_REMOVE] = WORDS_REMOVE,
		[CTL_JOIN] = WORDS_GROUP,
		[CTL_LEAVE] = WORDS_GROUP };
	struct changes *ch = &r->changes;
	char text[512];
	const char *why = NULL, **words;
	struct directive d;
	size_t n;
	int rc = -1;

	memset(&d, 0, sizeof(d));
	words = split(s, len, &n);
	if (conf_words(needs[c->kind], words, n, &d, text, sizeof(text)) == -1)
		why = text;
	else if (!slots_family(addr_af(&d.grp.a) == AF_INET6))
		why = "the kernel has no multicast routing for this family";
	else if (c->kind == CTL_ADD)
		rc = change_add(ch, &d, c->line, &why);
	else if (c->kind == CTL_REMOVE)
		rc = change_remove(ch, &d, &why);
	else if (c->kind == CTL_JOIN)
		rc = change_join(ch, &d, c->line, &why);
	else
		rc = change_leave(ch, &d, &why);
	r->groups |= c->kind == CTL_JOIN || c->kind == CTL_LEAVE;
	if (rc == -1)
		fail(r, c->line, why);
	else if (c->kind == CTL_ADD)
		warn_route(r, &d, c->line);
	free(words);
}

static void
do_command(struct request *r, const struct ctl_cmd *c, const char *s,
    size_t len)
{
	switch (c->kind) {
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
		reconcile_some();
		/* FALLTHROUGH */
	case CTL_SHOW_ROUTES:
	case CTL_SHOW_INTERFACES:
	case CTL_SHOW_PENDING:
		r->stage = STAGE_SHOW;
		r->show.kind = c->kind;
		r->show.detail =
		    len == sizeof("detail") && memcmp(s, "detail", len) == 0;
		break;
	default:
		do_words(r, c, s, len);
	}
}

/* What is wrong with the configuration, or may be. */
static void
show_notes(struct request *r)
{
	const char *s;
	char text[128];
	size_t i;
	unsigned int n = 0;

	if (config->errors != 0) {
		snprintf(text, sizeof(text),
		    "%u line%s of the configuration in error: skipped",
		    config->errors, config->errors == 1 ? "" : "s");
		say(r, CTL_NOTE, 0, text);
	}
	if (flows_given_up() != 0) {
		snprintf(text, sizeof(text),
		    "%llu learned flows had to make room for others, limit %u",
		    (unsigned long long)flows_given_up(), config->limits.flows);
		say(r, CTL_NOTE, 0, text);
	}
	for (i = 0; i < config->nwarnings; i++)
		say(r, CTL_NOTE, 0, config->warnings[i]);
	warnings_look();
	while ((s = warnings_next(&n)) != NULL)
		say(r, CTL_NOTE, 0, s);
}

static void
show(struct request *r)
{
	if (show_chunk(&r->show, r->client)) {
		show_notes(r);
		finish(r, CTL_OK);
	} else /* control says the same when the client has read so far */
		peer_send(&control, IMSG_CTL_MORE, r->client, -1, NULL, 0);
}

static int
is_show(uint16_t kind)
{
	return kind >= CTL_SHOW_ROUTES && kind < CTL_KIND_MAX;
}

/* Control has seen to that, if it is what it should be.  A show among other
 * commands would leave their work undone. */
static int
is_well_formed(const struct request *r, const struct ctl_cmd *c,
    const unsigned char *p)
{
	if (c->len < sizeof(*c) || c->len > r->data + r->len - p ||
	    c->kind == 0 || c->kind >= CTL_KIND_MAX)
		return 0;
	if (c->len > sizeof(*c) && p[c->len - 1] != '\0')
		return 0;
	return !is_show(c->kind) || c->len == r->len - sizeof(uint32_t);
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
		if (!is_well_formed(r, &c, p))
			break;
		if (rights == 0 && !is_show(c.kind)) {
			finish(r, CTL_DENIED);
			return;
		}
		do_command(r, &c, (const char *)p + sizeof(c),
		    c.len - sizeof(c));
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

static struct request *
find(uint32_t client)
{
	struct request *r;

	TAILQ_FOREACH(r, &requests, entry)
		if (r->client == client)
			return r;
	return NULL;
}

static int
new_request(struct imsg *imsg)
{
	struct request *r;
	size_t len = imsg_get_len(imsg);

	if (len < sizeof(uint32_t) || find(imsg_get_id(imsg)) != NULL ||
	    nrequests == MAXREQUESTS)
		return -1;
	if ((r = calloc(1, sizeof(*r) + len)) == NULL)
		fatal(EX_OSERR, "request");
	r->client = imsg_get_id(imsg);
	r->changes.fail = fail_line;
	r->changes.request = r;
	r->len = len;
	imsg_get_buf(imsg, r->data, len);
	TAILQ_INSERT_TAIL(&requests, r, entry);
	nrequests++;
	if (config != NULL)
		run(r);
	return 0;
}

/* Who asks on and on, and reads nothing, is not listened to. */
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
			request_free(r);
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
	while (!TAILQ_EMPTY(&requests))
		request_free(TAILQ_FIRST(&requests));
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
			finish(r, r->failed ? CTL_REFUSED : CTL_OK);
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
		finish(r, errors != 0 ? CTL_REFUSED : CTL_OK);
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

	TAILQ_FOREACH(r, &requests, entry)
		changes_forget(&r->changes);
}

void
request_refused(const struct wire_key *k, int error)
{
	struct request *r;

	TAILQ_FOREACH(r, &requests, entry)
		(void)changes_refused(&r->changes, k, error, &r->ticket);
}

void
request_join_refused(const struct membership *refused, int error)
{
	const struct membership m = *refused; /* not there for ever */
	struct request *r;

	TAILQ_FOREACH(r, &requests, entry)
		(void)changes_join_refused(&r->changes, &m, error, &r->ticket);
}
