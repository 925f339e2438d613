/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A configuration: what the files say, and what smcroutectl adds to it.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "engine/lang/conf.h"
#include "mgroups.h"
#include "rules.h"

#define CONFIG_MAXWARNINGS 50

struct phyint {
	uint32_t pattern;
	int enable; /* -1: the line does not say it */
	int mrdisc;
	int ttl;
};

struct config {
	struct rules rules;
	struct phyint *phyints;
	size_t nphyints;
	struct mgroups mgroups;
	char **files;
	size_t nfiles;
	struct limits limits; /* all are set */
	int wildcards;	      /* 1: a line says "wildcards kernel" */
	unsigned int errors;  /* lines in error */
	char **warnings; /* about its lines, the first CONFIG_MAXWARNINGS */
	size_t nwarnings;
	unsigned int unshown; /* warnings beyond those */
};

/* What the phyint lines say of an interface; -1: they do not say it. */
struct phyint_options {
	int enable;
	int mrdisc;
	int ttl;
};

/* NULL when memory is short. */
struct config *config_new(void);
void config_free(struct config *);

/*
 * Adds a directive.  For a route, *rule becomes the index of its rule, else 0.
 * Returns 0, or -1 when memory is short; then nothing has changed.
 */
int config_add(struct config *, const struct directive *, uint32_t *rule);

/* Keeps a warning about a line for "smcroutectl show".  Copies text. */
void config_warn(struct config *, const char *text);

/* The rule of exactly this inbound interface, source and group, or 0. */
uint32_t config_find_route(const struct config *, const struct directive *);

/* 1 when the configuration joins exactly this group or range. */
int config_has_group(const struct config *, const struct directive *);

/* Removes all lines that join exactly this group or range.  0, or -1: there is
 * none. */
int config_leave(struct config *, const struct directive *);

/* Writes into buf why config_leave() finds no group, or config_find_route() no
 * route; returns buf. */
const char *config_no_group(const struct config *, const struct directive *,
    char *buf, size_t size);
const char *config_no_route(struct config *, const struct directive *,
    char *buf, size_t size);

/* What the phyint lines say of an interface.  For each option the most specific
 * line that says it counts; among equally specific ones "off" wins, else the
 * last one. */
void config_phyint(const struct config *, const char *ifname,
    struct phyint_options *);

/* The name of the file that a rule is from, or "smcroutectl". */
const char *config_file(const struct config *, const struct rule *);

#endif
