/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The interfaces that there are, by what the kernel tells of them.
 */
#ifndef IFACE_H
#define IFACE_H

#include <sys/queue.h>
#include <net/if.h>
#include <stdint.h>
#include "engine/want/config.h"

enum wanted {
	NOT_WANTED,
	WANTED_WILD, /* by a wildcard of outbound interfaces, and no more */
	WANTED
};

struct iface {
	TAILQ_ENTRY(iface) entry; /* by index */
	uint32_t ifindex;
	unsigned int flags;
	char name[IF_NAMESIZE];
	int seen; /* in the list that is being told */
	struct phyint_options opt;
	int slot; /* -1: none */
	enum wanted wanted;
	TAILQ_ENTRY(iface) want; /* in the order of the configuration */
	int starved;		 /* wanted, and all slots are taken */
	int lacking;		 /* the same, if slots_check() is followed */
	int unable;		 /* wanted, and not able to multicast */
	uint32_t *patterns;	 /* those of route rules' iifs that match */
	uint32_t npatterns;
};

TAILQ_HEAD(ifaces, iface);
extern struct ifaces ifaces;

/* Starts to follow the kernel; changed() is called when anything has changed
 * that rules may depend on. */
void iface_start(void (*changed)(void));
struct iface *iface_by_index(uint32_t);
/* 1 when it can route multicast and no phyint line forbids it. */
int iface_usable(const struct iface *);
/* 1 when packets can leave by it. */
int iface_is_up(const struct iface *);

/* After the configuration or an interface has changed: options, and which
 * patterns match. */
void iface_apply(const struct config *);

#endif
