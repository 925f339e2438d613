/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Turns the words of one line of smcroute.conf into a directive.  Tables of
 * keywords say what may stand in a line.
 */
#include <sys/types.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_line.h"

#define KEYWORD_SIZE 24 /* a longer word is no misspelt keyword */

struct keyword {
	const char *name;
	unsigned int bit;
	unsigned int clash; /* bits of keywords that contradict this one */
	int needed;
	int (*take)(struct line *, struct directive *, const char *);
};

struct table {
	const struct keyword *kw;
	size_t n;
};

static int take_phyint(struct line *, struct directive *, const char *);
static int take_mgroup(struct line *, struct directive *, const char *);
static int take_mroute(struct line *, struct directive *, const char *);
static int take_include(struct line *, struct directive *, const char *);
static int take_limit(struct line *, struct directive *, const char *);
static int take_flows(struct line *, struct directive *, const char *);
static int take_per_if(struct line *, struct directive *, const char *);
static int take_groups(struct line *, struct directive *, const char *);
static int take_enable(struct line *, struct directive *, const char *);
static int take_disable(struct line *, struct directive *, const char *);
static int take_mrdisc(struct line *, struct directive *, const char *);
static int take_ttl(struct line *, struct directive *, const char *);
static int take_from(struct line *, struct directive *, const char *);
static int take_source(struct line *, struct directive *, const char *);
static int take_group(struct line *, struct directive *, const char *);
static int take_to(struct line *, struct directive *, const char *);
static int take_kernel(struct line *, struct directive *, const char *);
static int take_wildcards(struct line *, struct directive *, const char *);
static int take_learn(struct line *, struct directive *, const char *);

static const struct keyword directive_words[] = {
	{ "phyint", 0, 0, 0, take_phyint },
	{ "mgroup", 0, 0, 0, take_mgroup },
	{ "mroute", 0, 0, 0, take_mroute },
	{ "include", 0, 0, 0, take_include },
	{ "limit", 0, 0, 0, take_limit },
	{ "wildcards", 0, 0, 0, take_wildcards },
};
static const struct keyword option_words[] = {
	{ "enable", 1, 1 | 2, 0, take_enable },
	{ "disable", 2, 1 | 2, 0, take_disable },
	{ "mrdisc", 4, 4, 0, take_mrdisc },
	{ "ttl-threshold", 8, 8, 0, take_ttl },
};
static const struct keyword limit_words[] = {
	{ "flows", 1, 1, 0, take_flows },
	{ "flows-per-interface", 2, 2, 0, take_per_if },
	{ "groups", 4, 4, 0, take_groups },
};
static const struct keyword clause_words[] = {
	{ "from", 1, 1, 1, take_from },
	{ "source", 2, 2, 0, take_source },
	{ "group", 4, 4, 1, take_group },
	{ "to", 8, 8, 1, take_to },
	{ "kernel", 16, 16, 0, take_kernel },
};
static const struct keyword wildcards_words[] = {
	{ "kernel", 1, 1 | 2, 0, take_kernel },
	{ "learn", 2, 1 | 2, 0, take_learn },
};

#define NITEMS(a) (sizeof(a) / sizeof((a)[0]))

static const struct table directives = { directive_words,
	NITEMS(directive_words) };
static const struct table limit_table = { limit_words, NITEMS(limit_words) };
static const struct table options = { option_words, NITEMS(option_words) };
static const struct table mroute_clauses = { clause_words,
	NITEMS(clause_words) };
/* all but 'to' and 'kernel' */
static const struct table mgroup_clauses = { clause_words,
	NITEMS(clause_words) - 2 };
static const struct table wildcards_table = { wildcards_words,
	NITEMS(wildcards_words) };

static const struct keyword *
find(const struct table *t, const char *word)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (*word == *t->kw[i].name && strcmp(word, t->kw[i].name) == 0)
			return &t->kw[i];
	return NULL;
}

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The edit distance of two words: how many letters must be changed, left out,
 * put in or swapped.  Both words are shorter than KEYWORD_SIZE. */
static size_t
distance(const char *a, const char *b)
{
	size_t d[KEYWORD_SIZE][KEYWORD_SIZE] = { { 0 } };
	size_t i, j, la = strlen(a), lb = strlen(b);

	for (i = 0; i <= la; i++)
		d[i][0] = i;
	for (j = 0; j <= lb; j++)
		d[0][j] = j;
	for (i = 1; i <= la; i++) {
		for (j = 1; j <= lb; j++) {
			d[i][j] = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			d[i][j] = min(d[i][j], d[i - 1][j] + 1);
			d[i][j] = min(d[i][j], d[i][j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[la][lb];
}

/* The keyword that looks most like a misspelt word, or NULL. */
static const char *
nearest(const struct table *t, unsigned int seen, const char *word)
{
	char low[KEYWORD_SIZE] = "";
	const char *name, *best = NULL;
	size_t i, d, least = KEYWORD_SIZE;

	if (strlen(word) >= sizeof(low))
		return NULL;
	for (i = 0; word[i] != '\0'; i++)
		low[i] = tolower((unsigned char)word[i]);
	for (i = 0; i < t->n; i++) {
		if (t->kw[i].clash & seen)
			continue;
		name = t->kw[i].name;
		d = distance(low, name);
		if (d >= least)
			continue;
		if (strncmp(low, name, strlen(low)) != 0 &&
		    (d > 2 || d >= strlen(name)))
			continue;
		least = d;
		best = name;
	}
	return best;
}

/* Writes into buf the keywords that may still follow, as "'a', 'b' or 'c'". */
static void
list(const struct table *t, unsigned int seen, char *buf, size_t size)
{
	const char *last = NULL;
	size_t i;

	buf[0] = '\0';
	for (i = 0; i < t->n; i++) {
		if (t->kw[i].clash & seen)
			continue;
		if (last != NULL) {
			strlcat(buf, buf[0] != '\0' ? ", '" : "'", size);
			strlcat(buf, last, size);
			strlcat(buf, "'", size);
		}
		last = t->kw[i].name;
	}
	if (last == NULL) {
		strlcpy(buf, "the end of the line", size);
		return;
	}
	strlcat(buf, buf[0] != '\0' ? " or '" : "'", size);
	strlcat(buf, last, size);
	strlcat(buf, "'", size);
}

static int
unexpected(struct line *l, const struct table *t, unsigned int seen,
    const char *word)
{
	char expected[96];
	const char *near;

	list(t, seen, expected, sizeof(expected));
	if ((near = nearest(t, seen, word)) == NULL)
		return line_fail(l, word, "unexpected '%.64s'; expected %s",
		    word, expected);
	return line_fail(l, word,
	    "unexpected '%.64s'; expected %s; did you mean '%s'?", word,
	    expected, near);
}

/* Takes the rest of the line: keywords of a table, in any order. */
static int
take_all(struct line *l, struct directive *d, const struct table *t)
{
	const struct keyword *k;
	const char *word;
	unsigned int seen = 0;
	size_t i;

	while (l->at < l->nwords) {
		word = l->words[l->at++];
		if ((k = find(t, word)) == NULL)
			return unexpected(l, t, seen, word);
		if (seen & k->bit)
			return line_fail(l, word, "'%s' for a second time",
			    word);
		if (seen & k->clash)
			return line_fail(l, word,
			    "'%s' contradicts what stands before it", word);
		seen |= k->bit;
		if (k->take(l, d, word) == -1)
			return -1;
	}
	for (i = 0; i < t->n; i++)
		if (t->kw[i].needed && !(seen & t->kw[i].bit))
			return line_fail(l, l->words[0],
			    "'%s' is missing in this %s", t->kw[i].name,
			    l->words[0]);
	return 0;
}

/* Takes the word after a keyword that needs one; NULL: it is missing. */
static const char *
operand(struct line *l, const char *keyword, const char *what)
{
	if (l->at < l->nwords)
		return l->words[l->at++];
	line_fail(l, keyword, "expected %s after '%s'", what, keyword);
	return NULL;
}

static int
take_phyint(struct line *l, struct directive *d, const char *kw)
{
	directive_init(d, DIR_PHYINT);
	if ((d->iif = operand(l, kw, "an interface name")) == NULL)
		return -1;
	if (line_ifname(l, d->iif) == -1)
		return -1;
	return take_all(l, d, &options);
}

static int
take_mgroup(struct line *l, struct directive *d, const char *kw)
{
	(void)kw;
	directive_init(d, DIR_MGROUP);
	if (take_all(l, d, &mgroup_clauses) == -1)
		return -1;
	return line_finish(l, d);
}

static int
take_mroute(struct line *l, struct directive *d, const char *kw)
{
	(void)kw;
	directive_init(d, DIR_MROUTE);
	if (take_all(l, d, &mroute_clauses) == -1)
		return -1;
	return line_finish(l, d);
}

static int
take_include(struct line *l, struct directive *d, const char *kw)
{
	const struct table nothing = { NULL, 0 };

	directive_init(d, DIR_INCLUDE);
	if ((d->iif = operand(l, kw, "a file or pattern")) == NULL)
		return -1;
	return take_all(l, d, &nothing);
}

/* Takes the rest of the line, which must have at least one keyword of the
 * table. */
static int
take_some(struct line *l, struct directive *d, const char *kw,
    const struct table *t)
{
	char expected[96];

	if (l->at == l->nwords) {
		list(t, 0, expected, sizeof(expected));
		return line_fail(l, kw, "expected %s after '%s'", expected, kw);
	}
	return take_all(l, d, t);
}

static int
take_limit(struct line *l, struct directive *d, const char *kw)
{
	directive_init(d, DIR_LIMIT);
	return take_some(l, d, kw, &limit_table);
}

static int
take_wildcards(struct line *l, struct directive *d, const char *kw)
{
	directive_init(d, DIR_WILDCARDS);
	return take_some(l, d, kw, &wildcards_table);
}

static int
take_number(struct line *l, const char *kw, uint32_t max, uint32_t *n)
{
	const char *word, *errstr;
	char what[48];

	snprintf(what, sizeof(what), "a number from 1 to %u", max);
	if ((word = operand(l, kw, what)) == NULL)
		return -1;
	*n = strtonum(word, 1, max, &errstr);
	if (errstr != NULL)
		return line_fail(l, word, "'%.64s' is %s; expected %s", word,
		    errstr, what);
	return 0;
}

static int
take_flows(struct line *l, struct directive *d, const char *kw)
{
	return take_number(l, kw, CONF_MAXLIMIT, &d->limits.flows);
}

static int
take_per_if(struct line *l, struct directive *d, const char *kw)
{
	return take_number(l, kw, CONF_MAXLIMIT,
	    &d->limits.flows_per_interface);
}

static int
take_groups(struct line *l, struct directive *d, const char *kw)
{
	return take_number(l, kw, CONF_MAXLIMIT, &d->limits.groups);
}

static int
take_enable(struct line *l, struct directive *d, const char *kw)
{
	(void)l;
	(void)kw;
	d->enable = 1;
	return 0;
}

static int
take_disable(struct line *l, struct directive *d, const char *kw)
{
	(void)l;
	(void)kw;
	d->enable = 0;
	return 0;
}

static int
take_mrdisc(struct line *l, struct directive *d, const char *kw)
{
	(void)l;
	(void)kw;
	d->mrdisc = 1;
	return 0;
}

static int
take_ttl(struct line *l, struct directive *d, const char *kw)
{
	uint32_t n;

	if (take_number(l, kw, 255, &n) == -1)
		return -1;
	d->ttl = n;
	return 0;
}

/* The word after 'from' is always an interface name, even if it is a keyword
 * such as "to". */
static int
take_from(struct line *l, struct directive *d, const char *kw)
{
	if ((d->iif = operand(l, kw, "an interface name")) == NULL)
		return -1;
	return line_ifname(l, d->iif);
}

static int
take_source(struct line *l, struct directive *d, const char *kw)
{
	const char *word;

	if ((word = operand(l, kw, "an address")) == NULL)
		return -1;
	return line_source(l, d, word);
}

static int
take_group(struct line *l, struct directive *d, const char *kw)
{
	const char *word;

	if ((word = operand(l, kw, "a group")) == NULL)
		return -1;
	return line_group(l, d, word);
}

static int
take_to(struct line *l, struct directive *d, const char *kw)
{
	size_t end = l->at;

	while (end < l->nwords && !line_is_clause(l->words[end]))
		end++;
	if (end == l->at)
		return line_fail(l, kw, "expected interface names after 'to'");
	return line_oifs(l, d, end - l->at);
}

static int
take_kernel(struct line *l, struct directive *d, const char *kw)
{
	d->kernel = 1;
	l->kernel = kw;
	return 0;
}

static int
take_learn(struct line *l, struct directive *d, const char *kw)
{
	(void)l;
	(void)kw;
	d->kernel = 0;
	return 0;
}

int
line_is_clause(const char *word)
{
	return find(&mroute_clauses, word) != NULL;
}

void
directive_init(struct directive *d, enum directive_kind kind)
{
	memset(d, 0, sizeof(*d));
	d->kind = kind;
	d->enable = d->mrdisc = d->ttl = -1;
}

int
line_parse(struct line *l, struct directive *d)
{
	const struct keyword *k;
	const char *word = l->words[l->at++];

	if ((k = find(&directives, word)) == NULL)
		return unexpected(l, &directives, 0, word);
	return k->take(l, d, word);
}
