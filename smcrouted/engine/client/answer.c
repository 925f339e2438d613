/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The answer to a request.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/log.h"
#include "engine/store/journal.h"
#include "engine/want/current.h"
#include "answer.h"
#include "cmd.h"

struct failure {
	STAILQ_ENTRY(failure) entry;
	uint32_t line;
	char text[];
};

void
answer_init(struct answer *a)
{
	memset(a, 0, sizeof(*a));
	STAILQ_INIT(&a->failures);
}

void
answer_free(struct answer *a)
{
	struct failure *f;

	journal_release(a->room);
	while ((f = STAILQ_FIRST(&a->failures)) != NULL) {
		STAILQ_REMOVE_HEAD(&a->failures, entry);
		free(f);
	}
}

/* Keeps failures in the order of lines.  Lines that are undone newest first
 * fail in the opposite order. */
static void
insert(struct answer *a, struct failure *f)
{
	struct failure *before = STAILQ_FIRST(&a->failures), *next;

	if (before == NULL || before->line > f->line) {
		STAILQ_INSERT_HEAD(&a->failures, f, entry);
		return;
	}
	while ((next = STAILQ_NEXT(before, entry)) != NULL &&
	    next->line <= f->line)
		before = next;
	STAILQ_INSERT_AFTER(&a->failures, before, f, entry);
}

int
answer_fail(struct answer *a, uint32_t line, const char *text)
{
	size_t n = strlen(text) + 1;
	struct failure *f = malloc(sizeof(*f) + n);

	a->failed = 1;
	if (f == NULL)
		return -1;
	f->line = line;
	memcpy(f->text, text, n);
	insert(a, f);
	return 0;
}

void
answer_each(const struct answer *a, void (*f)(void *, uint32_t, const char *),
    void *arg)
{
	const struct failure *x;

	STAILQ_FOREACH(x, &a->failures, entry)
	f(arg, x->line, x->text);
}

uint32_t
answer_status(const struct answer *a)
{
	return a->failed ? CTL_REFUSED : CTL_OK;
}

/* Writes the route or group to the journal, as it is now. */
static void
record_one(const struct ctl_cmd *c, const char *s, int is_new)
{
	struct directive d;
	const char *why, **words = cmd_parse(c, s, &d, &why);

	if (why == NULL && (c->kind == CTL_ADD || c->kind == CTL_REMOVE))
		journal_route(config, &d, is_new);
	else if (why == NULL)
		journal_group(config, &d, is_new);
	free(words);
}

static void
record_failure(void *id, uint32_t line, const char *text)
{
	journal_fail(id, line, text);
}

void
answer_record(struct answer *a, uint32_t status, const unsigned char *p,
    size_t len, const uint8_t *effects)
{
	const unsigned char *end = p + len;
	struct ctl_cmd c;

	journal_begin();
	for (; p < end; p += c.len, effects++) {
		memcpy(&c, p, sizeof(c));
		if (*effects != EFFECT_NONE)
			record_one(&c, (const char *)p + sizeof(c),
			    *effects == EFFECT_NEW);
	}
	answer_each(a, record_failure, a->id);
	journal_end(a->id, status);
}
