/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The language of smcroute.conf and of the routes and groups in commands of
 * smcroutectl.  It turns text into a struct directive, one at a time, and keeps
 * nothing.
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

#define CONF_MAXGROUPS 65536 /* addresses in the range of one mgroup */

/* Room for an interface name, or for a beginning of names with '+'. */
#define IFPAT_SIZE (IF_NAMESIZE + 1)

/* Upper limits; 0: no line sets one. */
struct limits {
	uint32_t flows; /* learned routes and stop entries together */
	uint32_t flows_per_interface;
	uint32_t groups; /* memberships */
};

#define CONF_MAXLIMIT 16000000
#define CONF_FLOWS    65536 /* the limits when no line sets them */
#define CONF_GROUPS   65536

struct directive {
	enum directive_kind kind;
	const char *iif; /* phyint: IFNAME; include: the pattern */
	/* phyint; -1: the line does not say it */
	int enable;
	int mrdisc;
	int ttl;
	/* mgroup, mroute; no source: prefix_any() of the group's family */
	struct prefix src;
	struct prefix grp;
	const char **oifs;
	size_t noifs;
	int kernel; /* mroute: the word 'kernel'; wildcards: 1 for 'kernel' */
	struct limits limits;
	/* where the directive stands; file NULL: in a command */
	const char *file;
	unsigned int line;
};

struct conf_handler {
	/* Takes a complete directive.  The directive and all that it points to
	 * belong to the parser and are valid during the call only. */
	void (*directive)(void *arg, const struct directive *);
	/* text: "FILE:LINE:COL: what is wrong", or "FILE: ..." */
	void (*error)(void *arg, const char *text);
	void (*warning)(void *arg, const char *text);
	void *arg;
};

/*
 * A file that is parsed in pieces.  conf_open() takes over fd and reads size
 * bytes from the beginning, whatever its file position is.  Messages name it
 * file.  file and handler must stay valid until conf_close().  Errors go to the
 * handler.  NULL: memory is short.
 */
struct conf_file;
struct conf_file *conf_open(int fd, uint64_t size, const char *file,
    const struct conf_handler *);
/* Parses at most this many lines, and at most about a megabyte.  1: there may
 * be more; 0: no. */
int conf_read(struct conf_file *, unsigned int lines);
/* Closes fd.  Returns the number of lines in error. */
unsigned int conf_close(struct conf_file *);

/* Kinds of commands, which differ in the words that must be there.  WORDS_RULE
 * is WORDS_ADD with or without outbound interfaces. */
enum conf_words { WORDS_ADD, WORDS_REMOVE, WORDS_GROUP, WORDS_RULE };

/*
 * Parses the words of a smcroutectl command, IIF [SOURCE] GROUP [OIF ...], by
 * the same rules as a file.  oifs points into words.  Returns 0, or -1 with the
 * reason in why (whysize bytes).
 */
int conf_words(enum conf_words, const char **words, size_t nwords,
    struct directive *, char *why, size_t whysize);

/* Returns why an interface name looks like a typing error, as the rest of a
 * sentence that begins with the name; NULL: it does not. */
const char *conf_hint(const char *name);

/* Bytes that are not printable ASCII become '?'. */
void conf_printable(char *);

/* Reasons to warn of a route.  conf_unrouted(): no kernel routes the group; the
 * text is its scope, such as "link-local".  NULL: the group can be routed.
 * conf_is_loop(): packets may go out where they came in. */
const char *conf_unrouted(const struct prefix *grp);
int conf_is_loop(const char *iif, const char *oif);

/* Writes a directive as a line of smcroute.conf, with newline. */
void conf_print(FILE *, const struct directive *);

#endif
