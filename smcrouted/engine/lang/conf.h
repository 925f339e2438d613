/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The language of smcroute.conf and of smcroutectl's routes and groups: text
 * to struct directive, one at a time, with nothing kept.
 */
#ifndef CONF_H
#define CONF_H

#include <net/if.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "common/addr.h"

enum directive_kind {
	DIR_PHYINT,
	DIR_MGROUP,
	DIR_MROUTE,
	DIR_INCLUDE,
	DIR_LIMIT,
	DIR_WILDCARDS
};

#define CONF_MAXGROUPS 65536 /* in the range of a mgroup */

/* An interface name, or with a '+' at its end a prefix of names. */
#define IFPAT_SIZE (IF_NAMESIZE + 1)

/* How much there may be of each; 0: not said. */
struct limits {
	uint32_t flows; /* learned routes and stop entries together */
	uint32_t flows_per_interface;
	uint32_t groups; /* memberships */
};

#define CONF_MAXLIMIT 16000000
#define CONF_FLOWS    65536 /* when no line says another */
#define CONF_GROUPS   65536

struct directive {
	enum directive_kind kind;
	const char *iif; /* phyint: IFNAME; include: the pattern */
	/* phyint; -1: not said */
	int enable;
	int mrdisc;
	int ttl;
	/* mgroup, mroute; no source said: prefix_any() of the group's family */
	struct prefix src;
	struct prefix grp;
	const char **oifs;
	size_t noifs;
	int kernel; /* mroute: its flag; wildcards: what it says */
	struct limits limits;
	/* where it stands */
	const char *file;
	unsigned int line;
};

struct conf_handler {
	/* A complete directive; it and what it points to are the parser's and
	 * valid during the call. */
	void (*directive)(void *arg, const struct directive *);
	/* text: "FILE:LINE:COL: what is wrong", or "FILE: ..." */
	void (*error)(void *arg, const char *text);
	void (*warning)(void *arg, const char *text);
	void *arg;
};

/*
 * A file that is read bit by bit: size bytes of fd, which it closes and reads
 * from the beginning, wherever its position is; named file in messages.
 * What is wrong with it is told to the handler; NULL: it cannot be read at all.
 * name and handler are kept till the end.
 */
struct conf_file;
struct conf_file *conf_open(int fd, uint64_t size, const char *file,
    const struct conf_handler *);
/* So many of its lines at most, of about a megabyte.  1: there may be more. */
int conf_read(struct conf_file *, unsigned int lines);
/* Returns the number of lines in error. */
unsigned int conf_close(struct conf_file *);

/* What kind of command the words belong to: which of them must be there.  RULE:
 * a whole one, as ADD, but it may be without outbound interfaces. */
enum conf_words { WORDS_ADD, WORDS_REMOVE, WORDS_GROUP, WORDS_RULE };

/*
 * Parses the words of a smcroutectl command, IIF [SOURCE] GROUP [OIF ...], by
 * the same rules.  oifs points into words.  Returns 0, or -1 with the reason
 * in why (whysize bytes).
 */
int conf_words(enum conf_words, const char **words, size_t nwords,
    struct directive *, char *why, size_t whysize);

/* What a route is warned of: groups that no kernel routes; packets that go out
 * where they came in. */
int conf_is_linklocal(const struct prefix *grp);
int conf_is_loop(const char *iif, const char *oif);

/* Writes a directive as a line of smcroute.conf, with newline. */
void conf_print(FILE *, const struct directive *);

#endif
