/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Turns the words of a smcroutectl command, IIF [SOURCE] GROUP [OIF ...], into
 * a directive.
 */
#include <sys/types.h>
#include <string.h>

#include "conf_line.h"

static int
is_address(const char *word)
{
	struct prefix p;
	const char *errstr;

	return prefix_parse(&p, word, &errstr) == 0;
}

static int
is_group(const char *word)
{
	struct prefix p;
	const char *errstr;

	return prefix_parse(&p, word, &errstr) == 0 && group_is_multicast(&p);
}

/* Whether the next word is a source.  It is one when another address follows.
 * It is one, too, when it cannot be a group: then the group after it is
 * misspelt. */
static int
has_source(const struct line *l)
{
	const char **next = &l->words[l->at];

	if (l->nwords - l->at < 2 || !is_address(next[0]))
		return 0;
	return is_address(next[1]) || !is_group(next[0]);
}

static int
take_oifs(struct line *l, struct directive *d, enum conf_words what)
{
	size_t i, n = l->nwords - l->at;

	if ((what == WORDS_ADD || what == WORDS_RULE) && n > 0 &&
	    strcmp(l->words[l->nwords - 1], "kernel") == 0) {
		d->kernel = 1;
		l->kernel = l->words[--l->nwords];
		n--;
	}
	if (what == WORDS_ADD && n == 0)
		return line_fail(l, NULL,
		    "expected outbound interfaces after '%s'", l->group);
	if (what == WORDS_GROUP && n > 0)
		return line_fail(l, NULL,
		    "unexpected '%.64s'; expected nothing after the group",
		    l->words[l->at]);
	/* a line of smcroute.conf could not have this name after 'to' */
	for (i = l->at; i < l->nwords; i++)
		if (line_is_clause(l->words[i]))
			return line_fail(l, NULL,
			    "unexpected '%s'; expected an interface name",
			    l->words[i]);
	return line_oifs(l, d, n);
}

static int
take_words(struct line *l, struct directive *d, enum conf_words what)
{
	if (l->nwords == 0)
		return line_fail(l, NULL, "expected an interface name");
	d->iif = l->words[l->at++];
	if (line_ifname(l, d->iif) == -1)
		return -1;
	if (has_source(l) && line_source(l, d, l->words[l->at++]) == -1)
		return -1;
	if (l->at == l->nwords)
		return line_fail(l, NULL, "expected a group after '%s'",
		    l->words[l->at - 1]);
	if (line_group(l, d, l->words[l->at++]) == -1)
		return -1;
	if (take_oifs(l, d, what) == -1)
		return -1;
	return line_finish(l, d);
}

int
conf_words(enum conf_words what, const char **words, size_t nwords,
    struct directive *d, char *why, size_t whysize)
{
	struct line l;

	memset(&l, 0, sizeof(l));
	l.words = words;
	l.nwords = nwords;
	directive_init(d, what == WORDS_GROUP ? DIR_MGROUP : DIR_MROUTE);
	if (take_words(&l, d, what) == 0)
		return 0;
	conf_printable(l.why);
	strlcpy(why, l.why, whysize);
	return -1;
}
