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

#define MAXTOLD (4 * WARN_SHOWN) /* warnings remembered as logged */

static struct kind {
	char *text[WARN_SHOWN]; /* a ring, the oldest one first */
	unsigned int first;
	unsigned int n;
	uint64_t left_out;
	uint64_t told[MAXTOLD]; /* hashes of logged warnings, a ring, too */
	unsigned int ntold;	/* ever logged; % MAXTOLD: the next place */
} kinds[WARN_KINDS];

static const char *const names[WARN_KINDS] = {
	[WARN_ROUTES] = "routes",
	[WARN_INTERFACES] = "interfaces",
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
}

static void
note_told(struct kind *k, uint64_t h)
{
	k->told[k->ntold++ % MAXTOLD] = h;
}

void
warnings_forget(void)
{
	unsigned int i, kind;

	warnings_begin(WARN_FLOWS);
	for (kind = 0; kind < WARN_KINDS; kind++) {
		kinds[kind].ntold = 0;
		if (kind == WARN_PENDING)
			continue;
		for (i = 0; i < kinds[kind].n; i++)
			note_told(&kinds[kind],
			    hash(*text_at(&kinds[kind], i)));
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
	unsigned int i;

	if (kind == WARN_PENDING && k->ntold > 0)
		return;
	for (i = 0; i < k->ntold && i < MAXTOLD; i++)
		if (k->told[i] == h)
			return;
	note_told(k, h);
	if (kind != WARN_FLOWS || !is_too_often())
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
		if (strcmp(*text_at(k, i), text) == 0)
			break;
	if (i == k->n && k->n == WARN_SHOWN) {
		k->left_out++;
		if (kind == WARN_FLOWS)
			drop_first(k);
	}
	if (i < k->n || k->n == WARN_SHOWN) {
		free(text);
		return;
	}
	*text_at(k, k->n++) = text;
	log_once(kind, text);
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
