/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The commands of a request.
 */
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "common/log.h"
#include "cmd.h"

int
cmd_is_whole(const struct ctl_cmd *c, const unsigned char *p,
    const unsigned char *end, size_t all)
{
	if (c->len < sizeof(*c) || c->len > end - p || c->kind == 0 ||
	    c->kind >= CTL_KIND_MAX)
		return 0;
	if (c->len > sizeof(*c) && p[c->len - 1] != '\0')
		return 0;
	return !cmd_is_show(c->kind) || c->len == all;
}

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

const char **
cmd_parse(const struct ctl_cmd *c, const char *s, struct directive *d,
    const char **why)
{
	static const enum conf_words needs[] = { [CTL_ADD] = WORDS_ADD,
		[CTL_REMOVE] = WORDS_REMOVE,
		[CTL_JOIN] = WORDS_GROUP,
		[CTL_LEAVE] = WORDS_GROUP };
	static char text[512];
	const char **words;
	size_t n;

	words = split(s, c->len - sizeof(*c), &n);
	memset(d, 0, sizeof(*d));
	*why =
	    conf_words(needs[c->kind], words, n, d, text, sizeof(text)) == -1 ?
	    text :
	    NULL;
	return words;
}
