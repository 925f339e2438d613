/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Warnings have a limit for each kind.  Warnings of flows never displace
 * others, the newest of them stay, and the number of the others is shown.
 */
#include <string.h>

#include "common/log.h"
#include "engine/decide/warnings.h"
#include "check.h"

#define FLOWS 1000

static unsigned int nlogged;
static char last[LOG_LINE_MAX];

static void
on_log(int level, const char *text)
{
	(void)level;
	nlogged++;
	strlcpy(last, text, sizeof(last));
}

static unsigned int
shown(void)
{
	unsigned int i = 0, n = 0;

	while (warnings_next(&i) != NULL)
		n++;
	return n;
}

static int
is_shown(const char *text)
{
	const char *s;
	unsigned int i = 0;

	while ((s = warnings_next(&i)) != NULL)
		if (strcmp(s, text) == 0)
			return 1;
	return 0;
}

static void
add_flows(int from, int to)
{
	int i;

	for (i = from; i < to; i++)
		warnings_add(WARN_FLOWS, "flow %d", i);
}

/* Warnings that outsiders cause neither hide nor keep out those of the
 * configuration. */
static void
test_flows(void)
{
	warnings_add(WARN_ROUTES, "before");
	add_flows(0, FLOWS);
	warnings_add(WARN_ROUTES, "after");
	CHECK(strcmp(last, "after") == 0);
	CHECK(is_shown("before") && is_shown("after"));
	CHECK(!is_shown("flow 0") && is_shown("flow 999"));
	CHECK(is_shown("950 more warnings about flows are not shown"));
	CHECK(shown() == 2 + WARN_SHOWN + 1);
	CHECK(nlogged == 2 + WARN_LOGGED);
	warnings_forget();
	CHECK(shown() == 2);
}

/* The same warnings are found at each look: each is logged once. */
static void
test_found(void)
{
	char left[64];
	int i, k;

	nlogged = 0;
	for (k = 0; k < 5; k++) {
		warnings_begin(WARN_ROUTES);
		for (i = k; i < 80; i++)
			warnings_add(WARN_ROUTES, "route %d", i);
		snprintf(left, sizeof(left),
		    "%d more warnings about routes are not shown",
		    80 - k - WARN_SHOWN);
		CHECK(is_shown(left));
		CHECK(nlogged == 80);
	}
	warnings_forget();
	warnings_begin(WARN_ROUTES);
	warnings_add(WARN_ROUTES, "route 10");
	CHECK(nlogged == 80);
	warnings_add(WARN_ROUTES, "route 0");
	CHECK(nlogged == 81);
	CHECK(shown() == 2);
	warnings_begin(WARN_ROUTES);
	CHECK(shown() == 0);
}

/* However many warnings there were, a new one is logged as long as fewer than
 * WARN_KNOWN are true. */
static void
test_new(void)
{
	int i, k;

	warnings_forget();
	warnings_begin(WARN_LOOPS);
	nlogged = 0;
	for (i = 0; i < WARN_SHOWN + 2 * WARN_KNOWN; i++)
		warnings_add(WARN_LOOPS, "loop %d", i);
	CHECK(nlogged == WARN_KNOWN);
	for (k = 0; k < 20; k++) {
		warnings_begin(WARN_LOOPS);
		nlogged = 0;
		for (i = 0; i < WARN_KNOWN - 10; i++)
			warnings_add(WARN_LOOPS, "loop %d", i);
		CHECK(nlogged == 0);
		for (i = 0; i < 10; i++)
			warnings_add(WARN_LOOPS, "new %d %d", k, i);
		CHECK(nlogged == 10);
	}
	warnings_begin(WARN_LOOPS);
}

/* Lines that wait are logged once per configuration. */
static void
test_pending(void)
{
	nlogged = 0;
	warnings_add(WARN_PENDING, "2 wait");
	warnings_begin(WARN_PENDING);
	warnings_add(WARN_PENDING, "1 waits");
	CHECK(nlogged == 1 && shown() == 1 && is_shown("1 waits"));
	warnings_forget();
	warnings_begin(WARN_PENDING);
	warnings_add(WARN_PENDING, "1 waits");
	CHECK(nlogged == 2);
	warnings_begin(WARN_PENDING);
}

int
main(void)
{
	log_init(LOG_TO_SINK, "test", NULL);
	log_setsink(on_log);
	test_flows();
	test_found();
	test_new();
	test_pending();
	return check_end();
}
