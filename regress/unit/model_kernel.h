/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The parent and the kernel as the engine's pipe sees them: verbs that the real
 * gate lets through change two arrays, slots and entries.
 */
#ifndef MODEL_KERNEL_H
#define MODEL_KERNEL_H

#include <sys/tree.h>
#include <stdint.h>

#include "common/imsg.h"
#include "common/wire.h"
#include "parent/gate.h"

struct model_entry {
	RB_ENTRY(model_entry) entry;
	struct wire_key key;
	uint8_t iif;
	uint8_t ttls[MAXVIF];
};

RB_HEAD(model_entries, model_entry);

struct model {
	struct gate gate;	       /* as the parent has it */
	uint32_t vif[2][MAXVIF];       /* ifindex, 0: the link is gone */
	unsigned int named[2][MAXVIF]; /* entries that name a slot */
	struct model_entries entries;
	unsigned int nverbs;	/* verbs done: entries of messages */
	unsigned int nmessages; /* messages of verbs */
	unsigned int nbroken;	/* broken rules; each was written to stderr */
	struct imsgbuf ibuf;	/* the parent's end of the engine's link */
	/* Called for each verb; an errno makes it fail. */
	int (*fail)(uint32_t verb, const void *entry);
	/* 1 when there is such a link; NULL: all links exist. */
	int (*has_link)(uint32_t ifindex);
	/* Called for other messages; NULL: these break the rules. */
	void (*other)(struct imsg *);
};

extern struct model model;

/* fd: the other end of the engine's pipe. */
void model_open(int fd);
/* Obeys one message of the engine.  0: there was none. */
int model_step(void);
/* Sends a message to the engine at once. */
void model_send(uint32_t type, const void *, size_t);

struct model_entry *model_find(const struct wire_key *);
/* Adds an entry to the kernel, as a verb of an earlier engine would. */
void model_put(const struct wire_key *, uint8_t iif, uint32_t oifs);
uint32_t model_oifs(const struct model_entry *);
/* Binds a slot without a verb. */
void model_bind(int v6, int slot, uint32_t ifindex);
/* The kernel drops the VIFs of a link that goes. */
void model_link_gone(uint32_t ifindex);

int model_compare(const struct model_entry *, const struct model_entry *);
RB_PROTOTYPE(model_entries, model_entry, entry, model_compare)

#endif
