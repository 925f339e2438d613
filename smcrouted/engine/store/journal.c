/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The journal as records: the state of each route and group after a request,
 * and the answer to the request.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/log.h"
#include "journal.h"
#include "engine/want/names.h"
#include "records.h"

/* Bytes to replay between two calls of alive().  The parent has time for many
 * times as many before it kills the engine. */
#define ALIVE_BYTES (1U << 20)

static size_t reserved;	    /* bytes for unanswered requests */
static int is_reloading;    /* the new configuration is not in force yet */
static uint32_t reloads_at; /* where records after the reload begin */

void
journal_open(int fd)
{
	if (records_open(fd) == -1)
		log_warnx("no journal: what smcroutectl adds may be lost");
	else if (records_were_fatal())
		log_warnx("what smcroutectl had added is not in force: two "
			  "engines died while they read the journal");
}

/* Writes a word with its NUL at to + at.  Returns where the next one goes.
 * With to == NULL nothing is written: the caller wants the length only. */
static size_t
put_word(unsigned char *to, size_t at, const char *s)
{
	size_t n = strlen(s) + 1;

	if (to != NULL)
		memcpy(to + at, s, n);
	return at + n;
}

static size_t
compose(unsigned char *to, const struct directive *d, const struct oifset *oifs,
    int kernel)
{
	char src[ADDRSTRLEN], grp[ADDRSTRLEN];
	size_t n = sizeof(struct record);
	uint32_t i;

	n = put_word(to, n, d->iif);
	n = put_word(to, n,
	    prefix_is_any(&d->src) ? addr_print(&d->src.a, src) :
				     prefix_print(&d->src, src));
	n = put_word(to, n, prefix_print(&d->grp, grp));
	for (i = 0; oifs != NULL && i < oifs->n; i++)
		n = put_word(to, n, pattern_at(oifs->patterns[i])->name);
	if (kernel)
		n = put_word(to, n, "kernel");
	return n;
}

/* The greatest length that the record may have after the line was executed. */
static size_t
most(const struct config *c, const struct directive *d)
{
	uint32_t rule = config_find_route(c, d);
	size_t i, len;

	len = compose(NULL, d,
	    rule != 0 ? oifset_at(rules_at(&c->rules, rule)->oifs) : NULL, 1);
	for (i = 0; i < d->noifs; i++)
		len = put_word(NULL, len, d->oifs[i]);
	return len;
}

const char *
journal_room(const struct config *c, const struct directive *d, int removes,
    size_t *room)
{
	static char text[128];
	size_t len;

	if (!records_are_open())
		return NULL;
	if ((len = most(c, d)) > UINT16_MAX && !removes)
		return "too many outbound interfaces for one route";
	len += reserved;
	if (!records_have_room(len, removes) && !is_reloading &&
	    records_can_shrink())
		(void)records_compact(0);
	if (!records_have_room(len, removes)) {
		snprintf(text, sizeof(text),
		    "journal full: smcroutectl has added %u MiB of routes and "
		    "groups; put routes into smcroute.conf",
		    records_limit() >> 20);
		return text;
	}
	*room += len - reserved;
	reserved = len;
	return NULL;
}

void
journal_release(size_t room)
{
	reserved -= room;
}

void
journal_begin(void)
{
	if (!records_are_open())
		return;
	if (!is_reloading && records_are_many())
		(void)records_compact(0);
	records_begin();
}

static unsigned char *
append_record(const struct record *head, size_t len)
{
	unsigned char *p;

	if (!records_are_open())
		return NULL;
	if ((p = records_append(head, len)) == NULL)
		log_warnx("the journal has no room: a change by smcroutectl is "
			  "lost when the engine ends");
	return p;
}

static void
append_state(enum record_kind kind, const struct directive *d,
    const struct oifset *oifs, int kernel, int is_new)
{
	struct record head = { .kind = kind, .is_new = is_new };
	unsigned char *p = append_record(&head, compose(NULL, d, oifs, kernel));

	if (p != NULL)
		(void)compose(p, d, oifs, kernel);
}

void
journal_route(const struct config *c, const struct directive *d, int is_new)
{
	uint32_t rule = config_find_route(c, d);
	const struct rule *x;

	if (rule == 0) {
		append_state(RECORD_REMOVE, d, NULL, 0, is_new);
		return;
	}
	x = rules_at(&c->rules, rule);
	append_state(RECORD_ADD, d, oifset_at(x->oifs), x->kernel, is_new);
}

void
journal_group(const struct config *c, const struct directive *d, int is_new)
{
	append_state(config_has_group(c, d) ? RECORD_JOIN : RECORD_LEAVE, d,
	    NULL, 0, is_new);
}

void
journal_fail(const char *id, uint32_t line, const char *text)
{
	struct record head = { .kind = RECORD_FAIL, .line = line };
	unsigned char *p;
	size_t n = sizeof(head);

	if (id[0] == '\0')
		return;
	p = append_record(&head, put_word(NULL, put_word(NULL, n, id), text));
	if (p != NULL)
		(void)put_word(p, put_word(p, n, id), text);
}

void
journal_end(const char *id, uint32_t status)
{
	struct record head = { .kind = RECORD_END, .status = status };
	unsigned char *p;
	size_t n = sizeof(head);

	if (!records_are_open())
		return;
	if (id[0] != '\0' &&
	    (p = append_record(&head, put_word(NULL, n, id))) != NULL)
		(void)put_word(p, n, id);
	records_publish();
}

int
journal_answer(const char *id, void (*fail)(void *, uint32_t, const char *),
    void *arg, uint32_t *status)
{
	const unsigned char *p;
	const char *words;
	uint32_t at = 0;
	size_t n = strlen(id) + 1;
	struct record c;
	int found = 0;

	if (!records_are_open())
		return 0;
	while ((p = records_next(&at, &c)) != NULL) {
		words = (const char *)p + sizeof(c);
		if (!record_is_answer(&c) || c.len < sizeof(c) + n ||
		    memcmp(words, id, n) != 0)
			continue;
		if (c.kind == RECORD_END) {
			*status = c.status;
			found = 1;
		} else if (c.len > sizeof(c) + n)
			fail(arg, c.line, words + n);
	}
	return found;
}

/* Replaces what the configuration says about this route or group by the
 * record. */
static int
replay(struct config *config, const struct record *c, const char **words,
    size_t n)
{
	struct directive d;
	uint32_t rule;
	char why[512];

	if (conf_words(record_is_route(c) ? WORDS_RULE : WORDS_GROUP, words, n,
		&d, why, sizeof(why)) == -1)
		return -1;
	if (record_is_route(c) && (rule = config_find_route(config, &d)) != 0)
		rules_remove(&config->rules, rule);
	if (c->kind == RECORD_LEAVE)
		(void)config_leave(config, &d);
	return c->kind == RECORD_ADD || c->kind == RECORD_JOIN ?
	    config_add(config, &d, &rule) :
	    0;
}

/* Replays one record.  Its words follow one another, len bytes in all.  They
 * are copied first, because other processes may be able to write to the
 * memory. */
static int
replay_record(struct config *config, const struct record *c, const void *from,
    size_t len)
{
	const char **words, *s;
	char *copy;
	size_t n = 0;
	int rc = -1;

	words = calloc(len + 1, sizeof(*words));
	copy = calloc(1, len + 1);
	if (words != NULL && copy != NULL) {
		memcpy(copy, from, len);
		for (s = copy; s < copy + len; s += strlen(s) + 1)
			words[n++] = s;
		rc = replay(config, c, words, n);
	}
	free(copy);
	free(words);
	return rc;
}

void
journal_replay(struct config *config, void (*alive)(void))
{
	uint32_t at = 0, told = 0;
	const unsigned char *p;
	struct record c;
	unsigned int lost = 0;

	if (!records_are_open() || records_were_fatal())
		return;
	records_reading(1);
	while ((p = records_next(&at, &c)) != NULL) {
		if (!record_is_answer(&c) &&
		    replay_record(config, &c, p + sizeof(c),
			c.len - sizeof(c)) == -1)
			lost++;
		if (at - told > ALIVE_BYTES) {
			told = at;
			alive();
		}
	}
	records_reading(0);
	if (lost > 0)
		log_warnx("%u changes by smcroutectl cannot be read from the "
			  "journal and are not in force",
		    lost);
}

void
journal_reloading(void)
{
	if (!records_are_open())
		return;
	is_reloading = 1;
	reloads_at = records_used();
}

void
journal_reloaded(void)
{
	if (!is_reloading)
		return;
	is_reloading = 0;
	/* With too little memory to compact, keep all records, but no earlier
	 * answers. */
	if (records_compact(reloads_at) == -1)
		records_drop(reloads_at);
}
