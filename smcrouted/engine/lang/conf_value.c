/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Checks the words for interfaces, sources and groups, in smcroute.conf and in
 * the commands of smcroutectl.
 */
#include <sys/types.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "conf_line.h"

#define IFNAME_MAX (IF_NAMESIZE - 1)
#define MAXONCE	   1000 /* names that a new one is compared with */

int
line_fail(struct line *l, const char *word, const char *fmt, ...)
{
	va_list ap;

	l->bad = word;
	va_start(ap, fmt);
	vsnprintf(l->why, sizeof(l->why), fmt, ap);
	va_end(ap);
	return -1;
}

/* Returns what the name has that no interface name can have; NULL: nothing. */
static const char *
bad_byte(const char *name)
{
	if (strchr(name, '/') != NULL)
		return "a '/'";
	if (strchr(name, '#') != NULL)
		return "a '#'"; /* begins a comment in a file */
	for (; *name != '\0'; name++)
		if (isspace((unsigned char)*name))
			return "a blank";
	return NULL;
}

/* 1 for a short name of letters and digits, as nearly all are.  It needs no
 * other check. */
static int
is_plain(const char *name)
{
	size_t n = 0;

	while (isalnum((unsigned char)name[n]))
		n++;
	return name[n] == '\0' && n > 0 && n <= IFNAME_MAX;
}

int
line_ifname(struct line *l, const char *word)
{
	struct prefix p;
	const char *errstr, *bad;
	size_t n;

	if (is_plain(word))
		return 0;
	n = strcspn(word, "+");
	if (*word == '\0')
		return line_fail(l, word, "expected an interface name");
	/* a misplaced address, or a clause whose keyword is misspelt */
	if (strpbrk(word, ".:") != NULL && prefix_parse(&p, word, &errstr) == 0)
		return line_fail(l, word,
		    "'%.64s' is an address; expected an interface name", word);
	if (strcmp(word, ".") == 0 || strcmp(word, "..") == 0)
		return line_fail(l, word, "'%s' is no interface name", word);
	if (strchr(word, ':') != NULL)
		return line_fail(l, word,
		    "'%.64s' has a ':', which only aliases of an address have; "
		    "expected the interface's own name",
		    word);
	if ((bad = bad_byte(word)) != NULL)
		return line_fail(l, word,
		    "'%.64s' is no interface name: it has %s", word, bad);
	if (word[n] == '+' && word[n + 1] != '\0')
		return line_fail(l, word,
		    "'%.64s': '+' stands at the end of a name only", word);
	if (n > IFNAME_MAX)
		return line_fail(l, word,
		    "'%.64s' is too long: an interface name has up to %d bytes",
		    word, IFNAME_MAX);
	return 0;
}

const char *
conf_hint(const char *name)
{
	static const struct {
		const char *bytes;
		const char *hint;
	} hints[] = {
		{ ",", "has a comma: separate names by blanks" },
		{ ";", "has a semicolon: a line ends without one" },
		{ "\"'`", "has a quote: write names without quotes" },
		{ "@", "has an '@': the name ends before it" },
		{ "*?",
		    "has a '*' or '?': \"eth+\" stands for all names that "
		    "begin with eth, \"+\" for all" },
		{ "!", "has a '!': names cannot be excluded" },
		{ "(){}[]<>=|&$\\",
		    "has a bracket or sign that names seldom "
		    "have" },
	};
	size_t i;

	for (i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
		if (strpbrk(name, hints[i].bytes) != NULL)
			return hints[i].hint;
	if (strcmp(name, "any") == 0 || strcmp(name, "all") == 0)
		return "is a name like others: \"+\" stands for all interfaces";
	return NULL;
}

int
line_source(struct line *l, struct directive *d, const char *word)
{
	const char *errstr;

	if (prefix_parse(&d->src, word, &errstr) == -1)
		return line_fail(l, word, "'%.64s' is no source: %s", word,
		    errstr);
	if (addr_is_multicast(&d->src.a))
		return line_fail(l, word,
		    "'%.64s' is multicast, which no source is", word);
	if (addr_is_any(&d->src.a) && prefix_is_host(&d->src))
		prefix_any(&d->src, addr_af(&d->src.a));
	l->source = word;
	return 0;
}

/* A prefix shorter than the multicast range is allowed when it contains the
 * range: /0 means every group. */
int
group_is_multicast(const struct prefix *p)
{
	static const struct addr v6 = { { 0xff } };
	static const uint8_t net4[4] = { 224 };
	struct addr range = v6;

	if (addr_af(&p->a) == AF_INET)
		addr_from_v4(&range, net4);
	return addr_is_multicast(&p->a) || prefix_match(p, &range);
}

int
line_group(struct line *l, struct directive *d, const char *word)
{
	const char *errstr;

	if (prefix_parse(&d->grp, word, &errstr) == -1)
		return line_fail(l, word, "'%.64s' is no group: %s", word,
		    errstr);
	if (!group_is_multicast(&d->grp))
		return line_fail(l, word,
		    "'%.64s' is not multicast; expected a group of %s", word,
		    addr_af(&d->grp.a) == AF_INET ? "224.0.0.0/4" : "ff00::/8");
	l->group = word;
	return 0;
}

/* Adds a name that is not there yet.  A name after the first MAXONCE may be
 * there twice: to compare it with all would take too long, and a duplicate does
 * no harm. */
static void
add_oif(struct directive *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->noifs && i < MAXONCE; i++)
		if (strcmp(d->oifs[i], name) == 0)
			return;
	d->oifs[d->noifs++] = name;
}

int
line_oifs(struct line *l, struct directive *d, size_t n)
{
	const char **word = &l->words[l->at];
	size_t i;

	d->oifs = word;
	for (i = 0; i < n; i++) {
		if (line_ifname(l, word[i]) == -1)
			return -1;
		add_oif(d, word[i]);
	}
	l->at += n;
	return 0;
}

int
line_finish(struct line *l, struct directive *d)
{
	int af = addr_af(&d->grp.a);
	uint64_t groups;

	if (l->source == NULL)
		prefix_any(&d->src, af);
	if (addr_af(&d->src.a) != af)
		return line_fail(l, l->source,
		    "source '%.64s' and group '%.64s' are of different "
		    "families",
		    l->source, l->group);
	if (d->kernel && !prefix_is_any(&d->src))
		return line_fail(l, l->kernel,
		    "'kernel' is for routes of any source, not of '%.64s'",
		    l->source);
	if (d->kind != DIR_MGROUP)
		return 0;
	groups = prefix_count(&d->grp);
	if (groups > CONF_MAXGROUPS)
		return line_fail(l, l->group,
		    "'%.64s' has more groups than can be joined (%d)", l->group,
		    CONF_MAXGROUPS);
	if (!prefix_is_any(&d->src) &&
	    prefix_count(&d->src) > CONF_MAXGROUPS / groups)
		return line_fail(l, l->source,
		    "'%.64s' has more sources than can be joined (%d)",
		    l->source, CONF_MAXGROUPS);
	return 0;
}
