/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * VIF slots: which interface has which, the same for both families, and what
 * the kernel has been told of it.
 */
#ifndef SLOTS_H
#define SLOTS_H

#include <stdint.h>
#include "common/wire.h"
#include "engine/want/config.h"
#include "engine/want/names.h"
#include "iface.h"

enum slot_state { SLOT_FREE, SLOT_ADDING, SLOT_BOUND, SLOT_REFUSED };

struct slot {
	struct iface *iface; /* NULL: to be freed, or free */
	uint32_t ifindex;    /* 0: free */
	int lost;	     /* the kernel has dropped the VIF */
	enum slot_state state[2];
	uint8_t ttl;
	uint8_t told[2]; /* a refusal is in the log */
	/* MFC entries that name it in the kernel, per family: it is not given
	 * up before there are none */
	uint32_t named[2];
};

extern struct slot slots[MAXVIF];

/* Which families the kernel has. */
void slots_init(int v4, int v6);
/* 1 when the kernel has this family. */
int slots_family(int v6);
/* A slot that an earlier engine has bound already. */
void slots_adopt(const struct wire_vif *);

/*
 * Gives slots to the interfaces that the configuration names, in the order in
 * which it names them, and takes those away that it does not.  Returns 1 when
 * the kernel must be waited for (slots_pending()).
 */
int slots_assign(const struct config *);
/* 1 when the interfaces that the rule names have been given slots already. */
int slots_know(const struct rule *);
/* Marks the interfaces that would get no slot with this configuration.  How
 * many there are; nothing is asked of the kernel. */
unsigned int slots_check(const struct config *);
/* 1 when an interface that is wanted has no slot now. */
int slots_are_short(void);
/* The name of such an interface that the pattern names, or NULL. */
const char *slots_starved(const struct pattern *);
/* 1 while a slot waits for the kernel's answer. */
int slots_pending(void);
/* Tells patterns and sets of oifs which slots they stand for.  Returns the mask
 * of slots whose threshold has changed since entries were made. */
uint32_t slots_resolve(void);
/* Frees the slots that no entry names any more.  1: some, and an interface
 * waits for one. */
int slots_release(void);
/* The interface is gone, and its VIF with it. */
void slots_lost(const struct iface *);
/* The kernel's answer to a VIF_ADD. */
void slots_result(const struct wire_vif *, int error);

/* The usable interface of a slot, or NULL. */
struct iface *slot_iface(int slot, int v6);
/* Thresholds of the slots in the mask. */
void slot_ttls(uint32_t mask, uint8_t ttls[MAXVIF]);
/* Names of the interfaces of those slots, with blanks between them. */
void slots_names(uint32_t mask, char *buf, size_t size);

#endif
