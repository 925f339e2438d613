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
	unsigned int mtu;
	char name[IF_NAMESIZE];
	int seen;      /* in the list that is being told */
	int addressed; /* it has an IPv4 address */
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

struct iface_handler {
	/* What rules may depend on has changed. */
	void (*changed)(void);
	/* Links went up or down, and no more. */
	void (*stirred)(void);
	/* This link went up or down. */
	void (*flapped)(uint32_t ifindex);
	/* It is gone, or another one has its place, and what the kernel had on
	 * it is gone, too. */
	void (*lost)(const struct iface *);
	/* It has got its first IPv4 address. */
	void (*addressed)(uint32_t ifindex);
	/* The kernel may have dropped memberships of interfaces that stay. */
	void (*touched)(void);
	/* Events were lost, and all interfaces were read anew: one of them may
	 * be another that has the same name and index. */
	void (*reread)(void);
};

/* Starts to follow the kernel. */
void iface_start(const struct iface_handler *);
/* It is another one than before.  Its handler's lost() is called, and
 * changed() by iface_settle(). */
void iface_remade(struct iface *);
void iface_settle(void);
struct iface *iface_by_index(uint32_t);
/* 1 when it can route multicast and no phyint line forbids it. */
int iface_usable(const struct iface *);
/* 1 when packets can leave by it. */
int iface_is_up(const struct iface *);

/* After the configuration or an interface has changed: options, and which
 * patterns match. */
void iface_apply(const struct config *);

#endif
