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
#include "engine/engine.h"
#include "engine/run/flows.h"
#include "engine/have/groups.h"
#include "engine/have/iface.h"
#include "engine/store/journal.h"
#include "engine/store/load.h"
#include "engine/want/names.h"
#include "request.h"
#include "show.h"
#include "engine/have/slots.h"
#include "engine/out/verbs.h"
#include "engine/decide/checks.h"
#include "engine/decide/warnings.h"

#define MAXREQUESTS 64	      /* as many as control has clients */
#define MAXQUEUE    (1 << 20) /* bytes for control before it is read again */

enum stage {
	STAGE_NEW,	/* there is no configuration yet */
	STAGE_RUNNING,	/* its commands are being done */
	STAGE_SETTLING, /* done here, not yet in the kernel */
	STAGE_RELOAD,
	STAGE_SHOW
};

/* A route that was added: to take it back, and to know whose failure it is. */
struct added {
	uint32_t line;
	uint32_t rule;
	uint32_t oifs; /* before; 0: there was no such rule */
	int kernel;    /* before */
};

/* A group that was joined, likewise. */
struct joined {
	uint32_t line;
	struct mgroup m; /* with a reference to its pattern */
	int is_new;
	int failed;
};

struct request {
	TAILQ_ENTRY(request) entry;
	uint32_t client;
	enum stage stage;
	int armed;     /* need is set */
	uint32_t need; /* message to the parent that must be answered */
	int failed;
	int groups; /* it waits for memberships, too */
	uint32_t reload;
	uint32_t reload_line; /* of the batch that the reload stands in */
	struct show show;
	struct added *added;
	size_t nadded;
	struct joined *joined;
	size_t njoined;
	size_t len; /* of data */
	unsigned char data[];
};

static TAILQ_HEAD(, request) requests = TAILQ_HEAD_INITIALIZER(requests);
static unsigned int nrequests;
static uint32_t reloads; /* asked for so far */
/* What this request calls for when its commands are done. */
static int update;	  /* everything anew */
static int regroup;	  /* memberships */
static unsigned int wide; /* rules so far that may cover many flows */

/* The load that waits to be in the kernel. */
static struct {
	void (*done)(uint32_t, unsigned int);
	uint32_t id;
	unsigned int errors;
	int armed;
	uint32_t need;
} waiter;

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

/* Done, but probably not what is meant. */
static void
warn_route(struct request *r, const struct directive *d, uint32_t line)
{
	const char *what = conf_unrouted(&d->grp);
	char text[128], grp[ADDRSTRLEN];
	size_t i;

	if (what != NULL) {
		snprintf(text, sizeof(text), "%s is %s: no kernel routes it",
		    prefix_print(&d->grp, grp), what);
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

/* What it has added is the configuration's alone. */
static void
forget_added(struct request *r)
{
	while (r->nadded > 0)
		if (r->added[--r->nadded].oifs != 0)
			oifset_unref(r->added[r->nadded].oifs);
	while (r->njoined > 0)
		pattern_unref(r->joined[--r->njoined].m.iif);
}

static void
request_free(struct request *r)
{
	forget_added(r);
	TAILQ_REMOVE(&requests, r, entry);
	nrequests--;
	free(r->added);
	free(r->joined);
	free(r);
}

static void
finish(struct request *r, uint32_t status)
{
	peer_send(&control, CTL_END, r->client, -1, &status, sizeof(status));
	request_free(r);
}

/* A rule as it is now is in force. */
static void
apply(uint32_t rule)
{
	const struct rule *x = rules_at(&config->rules, rule);

	wide += !rule_is_host(x);
	if (config->rules.changed || !slots_know(x) || wide > 1)
		update = 1;
	if (!update)
		flows_rule_changed(config, rule);
}

static int
do_add(struct request *r, const struct directive *d, uint32_t line,
    const char **why)
{
	struct added *a;
	uint32_t rule, before;

	if ((a = reallocarray(r->added, r->nadded + 1, sizeof(*a))) == NULL) {
		*why = "no memory";
		return -1;
	}
	r->added = a;
	a += r->nadded;
	if ((before = config_find_route(config, d)) != 0) {
		a->kernel = rules_at(&config->rules, before)->kernel;
		before = rules_at(&config->rules, before)->oifs;
	}
	if (before != 0)
		oifset_ref(before);
	if (config_add(config, d, &rule) == -1) {
		if (before != 0)
			oifset_unref(before);
		*why = "no memory";
		return -1;
	}
	a->line = line;
	a->rule = rule;
	a->oifs = before;
	r->nadded++;
	journal_route(config, d, before == 0);
	apply(rule);
	warn_route(r, d, line);
	return 0;
}

static void
drop_rule(uint32_t rule)
{
	struct rule copy = *rules_at(&config->rules, rule);
	uint32_t freed = pattern_freed();

	pattern_ref(copy.iif); /* the copy's */
	rules_remove(&config->rules, rule);
	if (config->rules.changed || pattern_freed() != freed ||
	    (!rule_is_host(&copy) && ++wide > 1))
		update = 1;
	if (!update)
		flows_rule_removed(config, &copy);
	pattern_unref(copy.iif);
	if (pattern_freed() != freed)
		update = 1;
}

static int
do_remove(const struct directive *d, const char **why)
{
	struct rule *x;
	uint32_t rule, oifs, left;
	uint32_t freed = pattern_freed();

	if ((rule = config_find_route(config, d)) == 0) {
		*why = "no such route";
		return -1;
	}
	if (d->noifs == 0) {
		drop_rule(rule);
		journal_route(config, d, 0);
		return 0;
	}
	x = rules_at(&config->rules, rule);
	if ((oifs = oifset_get(d->oifs, d->noifs)) == 0) {
		*why = "no memory";
		return -1;
	}
	left = oifset_minus(x->oifs, oifs);
	oifset_unref(oifs);
	if (left == 0 || left == x->oifs) {
		if (left != 0)
			oifset_unref(left);
		*why = "the route has no such outbound interface";
		return -1;
	}
	oifset_unref(x->oifs);
	x->oifs = left;
	journal_route(config, d, 0);
	if (pattern_freed() != freed)
		update = 1;
	apply(rule);
	return 0;
}

/* Takes back a join that cannot be. */
static void
unjoin(struct joined *j)
{
	struct directive d = { .iif = pattern_at(j->m.iif)->name,
		.src = j->m.src,
		.grp = j->m.grp };

	j->failed = 1;
	if (!j->is_new)
		return;
	(void)config_leave(config, &d);
	journal_group(config, &d, 1);
}

static int
do_join(struct request *r, const struct directive *d, uint32_t line,
    const char **why)
{
	struct joined *j;
	struct membership w;
	struct iface *i;
	size_t before = config->nmgroups;
	uint32_t rule;
	uint64_t k;

	r->groups = 1;
	*why = "no memory";
	j = reallocarray(r->joined, r->njoined + 1, sizeof(*j));
	if (j == NULL)
		return -1;
	r->joined = j;
	if (config_add(config, d, &rule) == -1)
		return -1;
	j += r->njoined++;
	memset(j, 0, sizeof(*j));
	j->line = line;
	j->m.src = d->src;
	j->m.grp = d->grp;
	j->m.iif = pattern_find(d->iif);
	pattern_ref(j->m.iif);
	j->is_new = config->nmgroups > before;
	TAILQ_FOREACH(i, &ifaces, entry) {
		if (i->opt.enable == 0 ||
		    !pattern_match(pattern_at(j->m.iif), i->name))
			continue;
		w.ifindex = i->ifindex;
		for (k = 0; mgroup_nth(&j->m, k, &w.src, &w.grp); k++)
			if (groups_add(&w) == -1) {
				unjoin(j);
				regroup = 1;
				*why = "too many memberships";
				return -1;
			}
	}
	journal_group(config, d, j->is_new);
	return 0;
}

static int
do_leave(struct request *r, const struct directive *d, const char **why)
{
	r->groups = 1;
	if (config_leave(config, d) == -1) {
		*why = "no such group";
		return -1;
	}
	journal_group(config, d, 0);
	regroup = 1;
	return 0;
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
		rc = do_add(r, &d, c->line, &why);
	else if (c->kind == CTL_REMOVE)
		rc = do_remove(&d, &why);
	else if (c->kind == CTL_JOIN)
		rc = do_join(r, &d, c->line, &why);
	else
		rc = do_leave(r, &d, &why);
	if (rc == -1)
		fail(r, c->line, why);
	free(words);
}

static void
do_command(struct request *r, const struct ctl_cmd *c, const char *s,
    size_t len)
{
	switch (c->kind) {
	case CTL_FLUSH:
		flows_flush();
		break;
	case CTL_RELOAD:
		r->stage = STAGE_RELOAD;
		r->reload = ++reloads;
		r->reload_line = c->line;
		engine_reload(r->reload);
		break;
	case CTL_KILL:
		peer_send(&parent, IMSG_QUIT, 0, -1, NULL, 0);
		break;
	case CTL_SHOW_ROUTES:
	case CTL_SHOW_GROUPS:
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

/* Takes back a route that was added. */
static void
unadd(struct added *a)
{
	struct rule *x = rules_at(&config->rules, a->rule);
	char iif[IFPAT_SIZE];
	struct directive d = { .iif = iif,
		.src = { x->src, x->slen },
		.grp = { x->grp, x->glen } };

	strlcpy(iif, pattern_at(x->iif)->name, sizeof(iif));
	if (a->oifs == 0)
		drop_rule(a->rule);
	else {
		oifset_unref(x->oifs);
		x->oifs = a->oifs;
		x->kernel = a->kernel;
		a->oifs = 0;
	}
	journal_route(config, &d, 0);
}

/* Those that got no slot. */
static void
check_added(struct request *r)
{
	char text[LOG_LINE_MAX], holders[LOG_LINE_MAX / 2];
	struct rule *x;
	const char *name;
	size_t i;

	for (i = 0; i < r->nadded; i++) {
		x = rules_at(&config->rules, r->added[i].rule);
		if (!x->used || (name = slots_starved(x)) == NULL)
			continue;
		slots_names(UINT32_MAX, holders, sizeof(holders));
		snprintf(text, sizeof(text),
		    "no VIF left for %s: all %d are held by %s", name, MAXVIF,
		    holders);
		fail(r, r->added[i].line, text);
		update = 1;
		unadd(&r->added[i]);
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
	if (config->unshown != 0) {
		snprintf(text, sizeof(text), "%u more about lines are left out",
		    config->unshown);
		say(r, CTL_NOTE, 0, text);
	}
	checks_look(config);
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
	update = regroup = wide = 0;
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
	if (regroup && !update)
		engine_groups();
	if (update) {
		engine_update();
		if (wide > 0)
			flows_unstop(config);
		update = 0;
		check_added(r);
		if (update)
			engine_update();
	}
	if (r->stage == STAGE_SHOW) {
		show(r);
		return;
	}
	if (r->stage == STAGE_RUNNING)
		r->stage = STAGE_SETTLING;
	engine_work();
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
		peer_send(&parent, IMSG_EXPEL, 0, -1, NULL, 0);
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

/* 1 when all that was sent before it asked first has been answered. */
static int
is_settled(int *armed, uint32_t *need)
{
	if (!*armed) {
		*armed = 1;
		*need = verbs_sent();
	}
	return (int32_t)(verbs_answered() - *need) >= 0;
}

void
request_settled(int groups)
{
	struct request *r, *next;
	void (*done)(uint32_t, unsigned int) = waiter.done;

	if (done != NULL && groups && is_settled(&waiter.armed, &waiter.need)) {
		waiter.done = NULL;
		done(waiter.id, waiter.errors);
	}
	TAILQ_FOREACH_SAFE(r, &requests, entry, next)
		if (r->stage == STAGE_SETTLING && (groups || !r->groups) &&
		    is_settled(&r->armed, &r->need))
			finish(r, r->failed ? CTL_REFUSED : CTL_OK);
}

void
request_when_settled(void (*done)(uint32_t, unsigned int), uint32_t id,
    unsigned int errors)
{
	waiter.done = done;
	waiter.id = id;
	waiter.errors = errors;
	waiter.armed = 0;
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
		forget_added(r);
}

void
request_refused(const struct wire_key *k, int error)
{
	struct request *r;
	struct rule *x;
	size_t i;

	TAILQ_FOREACH(r, &requests, entry)
		for (i = 0; i < r->nadded; i++) {
			x = rules_at(&config->rules, r->added[i].rule);
			if (x->used && rule_is_host(x) &&
			    addr_cmp(&x->src, &k->src) == 0 &&
			    addr_cmp(&x->grp, &k->grp) == 0)
				fail(r, r->added[i].line, strerror(error));
		}
}

/* The first address of a range that is refused ends it. */
void
request_join_refused(const struct membership *refused, int error)
{
	const struct membership m = *refused; /* not there for ever */
	const struct iface *i = iface_by_index(m.ifindex);
	struct request *r;
	struct joined *j;
	size_t n;
	int taken_back = 0;

	TAILQ_FOREACH(r, &requests, entry)
		for (n = 0; n < r->njoined; n++) {
			j = &r->joined[n];
			if (j->failed || !prefix_match(&j->m.grp, &m.grp) ||
			    !prefix_match(&j->m.src, &m.src) ||
			    (i != NULL &&
				!pattern_match(pattern_at(j->m.iif), i->name)))
				continue;
			fail(r, j->line, strerror(error));
			unjoin(j);
			taken_back = 1;
		}
	if (taken_back)
		engine_groups();
}
