/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * One line of smcroute.conf or the words of one command.  Shared by conf.c,
 * conf_line.c, conf_value.c and conf_words.c.
 */
#ifndef CONF_LINE_H
#define CONF_LINE_H

#include <stddef.h>
#include "conf.h"

struct line {
	const char **words;
	size_t nwords;
	size_t at;	    /* the next word to take */
	const char *source; /* as it was written; NULL: there is none */
	const char *group;
	const char *kernel;
	const char *bad; /* the word in error; why says what is wrong */
	char why[256];
};

/* conf_line.c */

/* Sets all fields to "the line does not say it". */
void directive_init(struct directive *, enum directive_kind);
/* Parses all words of a line.  0, or -1 with bad and why set. */
int line_parse(struct line *, struct directive *);
/* 1 when the word begins a clause, and so ends a list of interfaces. */
int line_is_clause(const char *word);

/* conf_value.c: each checks one word; 0, or -1 with bad and why set */

int line_fail(struct line *, const char *word, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int line_ifname(struct line *, const char *word);
int line_source(struct line *, struct directive *, const char *word);
int line_group(struct line *, struct directive *, const char *word);
/* Makes the next n words d->oifs, without repetitions. */
int line_oifs(struct line *, struct directive *, size_t n);
/* Checks what can only be checked when all words are known. */
int line_finish(struct line *, struct directive *);
/* 1 when a prefix is a range of groups, or contains all groups of its family,
 * as /0 does. */
int group_is_multicast(const struct prefix *);

#endif
