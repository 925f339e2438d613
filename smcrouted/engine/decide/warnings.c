/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Keeps the warnings that are shown, a limited number of each kind, and
 * remembers which were logged.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "engine/lib/hash.h"
#include "warnings.h"

/* A warning that was logged. */
struct told {
	uint64_t hash;
	uint32_t look; /* number of the last look that found it */
};

static struct kind {
	char *text[WARN_SHOWN]; /* a ring, the oldest one first */
	unsigned int first;
	unsigned int n;
	uint64_t left_out;
	uint32_t look; /* number of the last warnings_begin() */
	struct told told[WARN_KNOWN];
	unsigned int ntold; /* number of these */
	unsigned int next;  /* the place to be used next when all are used */
} kinds[WARN_KINDS];

static const char *const names[WARN_KINDS] = {
	[WARN_ROUTES] = "routes",
	[WARN_LOOPS] = "loops",
	[WARN_INTERFACES] = "interfaces",
	[WARN_SOURCES] = "sources",
	[WARN_GROUPS] = "groups",
	[WARN_PENDING] = "lines that wait",
	[WARN_FLOWS] = "flows",
};

static uint64_t
hash(const char *s)
{
	return hash_bytes(s, strlen(s));
}

static char **
text_at(struct kind *k, unsigned int i)
{
	return &k->text[(k->first + i) % WARN_SHOWN];
}

static void
drop_first(struct kind *k)
{
	free(k->text[k->first]);
	k->first = (k->first + 1) % WARN_SHOWN;
	k->n--;
}

void
warnings_begin(enum warning_kind kind)
{
	struct kind *k = &kinds[kind];

	while (k->n > 0)
		drop_first(k);
	k->left_out = 0;
	k->look++;
}

static struct told *
find_told(struct kind *k, uint64_t h)
{
	unsigned int i;

	for (i = 0; i < k->ntold; i++)
		if (k->told[i].hash == h)
			return &k->told[i];
	return NULL;
}

/* Remembers a warning, if need be in the place of one that is no longer true.
 * 0: all of them are true. */
static int
remember(enum warning_kind kind, uint64_t h)
{
	struct kind *k = &kinds[kind];
	struct told *t = NULL;
	unsigned int i;

	if (k->ntold < WARN_KNOWN)
		t = &k->told[k->ntold++];
	for (i = 0; i < WARN_KNOWN && t == NULL; i++) {
		if (kind == WARN_FLOWS || k->told[k->next].look != k->look)
			t = &k->told[k->next];
		k->next = (k->next + 1) % WARN_KNOWN;
	}
	if (t == NULL)
		return 0;
	t->hash = h;
	t->look = k->look;
	return 1;
}

void
warnings_forget(void)
{
	struct kind *k;
	unsigned int i, n, kind;

	warnings_begin(WARN_FLOWS);
	warnings_begin(WARN_PENDING);
	for (kind = 0; kind < WARN_KINDS; kind++) {
		k = &kinds[kind];
		for (n = i = 0; i < k->ntold; i++)
			if (k->told[i].look == k->look)
				k->told[n++] = k->told[i];
		k->ntold = n;
	}
}

/* 1 when enough was logged in this minute: anybody who can send packets can
 * cause warnings of flows. */
static int
is_too_often(void)
{
	static uint32_t since;
	static unsigned int lines;
	uint32_t now = clock_seconds();

	if (now - since >= 60) {
		since = now;
		lines = 0;
	}
	return lines++ >= WARN_LOGGED;
}

static void
log_once(enum warning_kind kind, const char *text)
{
	struct kind *k = &kinds[kind];
	uint64_t h = hash(text);
	struct told *t = find_told(k, h);

	if (kind == WARN_PENDING && k->ntold > 0)
		return;
	if (t != NULL) {
		t->look = k->look;
		return;
	}
	if (remember(kind, h) && (kind != WARN_FLOWS || !is_too_often()))
		log_warnx("%s", text);
}

void
warnings_add(enum warning_kind kind, const char *fmt, ...)
{
	struct kind *k = &kinds[kind];
	char *text;
	unsigned int i;
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (rc == -1)
		return;
	for (i = 0; i < k->n; i++)
		if (strcmp(*text_at(k, i), text) == 0) {
			free(text);
			return;
		}
	if (k->n == WARN_SHOWN && ++k->left_out > WARN_KNOWN &&
	    kind != WARN_FLOWS) {
		free(text);
		return;
	}
	log_once(kind, text);
	if (k->n == WARN_SHOWN && kind == WARN_FLOWS)
		drop_first(k);
	if (k->n < WARN_SHOWN)
		*text_at(k, k->n++) = text;
	else
		free(text);
}

const char *
warnings_next(unsigned int *n)
{
	static char more[80];
	unsigned int kind, i;

	for (; *n < WARN_KINDS * (WARN_SHOWN + 1); ++*n) {
		kind = *n / (WARN_SHOWN + 1);
		i = *n % (WARN_SHOWN + 1);
		if (i < kinds[kind].n) {
			++*n;
			return *text_at(&kinds[kind], i);
		}
		if (i < WARN_SHOWN || kinds[kind].left_out == 0)
			continue;
		++*n;
		snprintf(more, sizeof(more),
		    "%llu more warnings about %s are not shown",
		    (unsigned long long)kinds[kind].left_out, names[kind]);
		return more;
	}
	return NULL;
}
