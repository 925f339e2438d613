/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * A configuration: what the files say, and what smcroutectl adds to it.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "engine/lang/conf.h"
#include "rules.h"

#define CONFIG_MAXWARNINGS 50

struct phyint {
	uint32_t pattern;
	int enable; /* -1: not said */
	int mrdisc;
	int ttl;
};

struct mgroup {
	uint32_t iif; /* pattern */
	struct prefix src;
	struct prefix grp;
};

struct config {
	struct rules rules;
	struct phyint *phyints;
	size_t nphyints;
	struct mgroup *mgroups;
	size_t nmgroups;
	uint32_t *groups; /* hash of mgroups: place and one, 0: none */
	uint32_t ngroups;
	char **files;
	size_t nfiles;
	struct limits limits; /* none is 0 */
	int wildcards;	      /* of any source: the kernel is to hold all */
	unsigned int errors;
	char **warnings; /* of its lines, the first CONFIG_MAXWARNINGS */
	size_t nwarnings;
	unsigned int unshown; /* warnings beyond those */
};

/* What the phyint lines say of an interface; -1: nothing. */
struct phyint_options {
	int enable;
	int mrdisc;
	int ttl;
};

/* NULL when memory is short. */
struct config *config_new(void);
void config_free(struct config *);

/*
 * Adds a directive.  *rule: that of a route, else 0.  0, or -1 when memory is
 * short: nothing has changed then.
 */
int config_add(struct config *, const struct directive *, uint32_t *rule);

/* A warning of one of its lines, to be shown. */
void config_warn(struct config *, const char *text);

/* The rule of exactly this inbound interface, source and group, or 0. */
uint32_t config_find_route(const struct config *, const struct directive *);

/* 1 when exactly this group is in it. */
int config_has_group(const struct config *, const struct directive *);

/* 0, or -1: no such group. */
int config_leave(struct config *, const struct directive *);

/* The k-th source and group of a range; 0: there are not so many. */
int mgroup_nth(const struct mgroup *, uint64_t k, struct addr *src,
    struct addr *grp);

/* The most specific line that says something decides; among equals off wins,
 * and else the last. */
void config_phyint(const struct config *, const char *ifname,
    struct phyint_options *);

/* The name of a rule's file, "smcroutectl" for those added at run time. */
const char *config_file(const struct config *, const struct rule *);

#endif
