/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * VIF slots: which interface has which slot, and what the kernel was told about
 * it.  Both families use the same slot for an interface.
 */
#ifndef SLOTS_H
#define SLOTS_H

#include <stdint.h>
#include "common/wire.h"
#include "engine/want/config.h"
#include "engine/want/names.h"
#include "iface.h"

enum slot_state {
	SLOT_FREE,
	SLOT_WAITING, /* until the interface has what the system wants: vif.h */
	SLOT_ADDING,
	SLOT_BOUND,
	SLOT_LEAVING, /* bound; to be deleted when no entry names it */
	SLOT_REFUSED
};

struct slot {
	struct iface *iface; /* NULL: free, or about to be freed */
	uint32_t ifindex;    /* 0: free */
	int lost;	     /* the kernel has dropped the VIF */
	enum slot_state state[2];
	uint8_t ttl;
	int refused[2]; /* error of the last answer to VIF_ADD */
	/* number of MFC entries in the kernel that name the slot, per family;
	 * the slot is freed only when there is none */
	uint32_t named[2];
};

extern struct slot slots[MAXVIF];

/* Sets which families the kernel has. */
void slots_init(int v4, int v6);
/* 1 when the kernel has this family. */
int slots_family(int v6);
/* Takes over a slot that an earlier engine has bound. */
void slots_adopt(const struct wire_vif *);

/*
 * Gives slots to the interfaces that the configuration names, in the order in
 * which it names them, and takes slots from all others.  Returns 1 when the
 * kernel's answers must be waited for: slots_any(SLOT_ADDING).
 */
int slots_assign(const struct config *);
/* 1 when slots_assign() has seen all interface patterns of the rule already. */
int slots_know(const struct rule *);
/* Marks the interfaces that would get no slot with this configuration, and
 * returns their number.  Changes no slot. */
unsigned int slots_check(const struct config *);
/* 1 when an interface that is wanted has no slot. */
int slots_are_short(void);
/* The name of an interface that the pattern matches and that slots_check() has
 * marked, or NULL. */
const char *slots_starved(const struct pattern *);
/* 1 when slots_assign() would add or delete a VIF because an interface has gone
 * up or down or has got an address. */
int slots_are_stale(void);
/* 1 when a slot is in this state, for IPv4 or IPv6. */
int slots_any(enum slot_state);
/* Computes the slots of each pattern and each set of outbound interfaces.
 * Returns the mask of slots whose threshold has changed. */
uint32_t slots_resolve(void);
/* Frees the slots of lost interfaces that no entry in the kernel names any
 * more.  1: some were freed, and an interface waits for one. */
int slots_release(void);
/* The interface is gone, and its VIF with it. */
void slots_lost(const struct iface *);
/* Takes the kernel's answer to a VIF_ADD. */
void slots_result(const struct wire_vif *, int error);

/* The interface of a slot that is bound in this family, or NULL. */
struct iface *slot_iface(int slot, int v6);
/* Fills in the TTL thresholds of the slots in the mask, and 0 for others. */
void slot_ttls(uint32_t mask, uint8_t ttls[MAXVIF]);
/* Writes the names of the interfaces of the slots in the mask, with blanks
 * between them. */
void slots_names(uint32_t mask, char *buf, size_t size);

#endif
