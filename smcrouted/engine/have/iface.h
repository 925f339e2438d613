/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The table of interfaces, kept up to date by the kernel's events.
 */
#ifndef IFACE_H
#define IFACE_H

#include <sys/queue.h>
#include <net/if.h>
#include <stdint.h>
#include "engine/want/config.h"

enum wanted {
	NOT_WANTED,
	WANTED_WILD, /* only by a wildcard of outbound interfaces */
	WANTED
};

struct iface {
	TAILQ_ENTRY(iface) entry; /* by index */
	uint32_t ifindex;
	unsigned int flags;
	unsigned int mtu;
	char name[IF_NAMESIZE];
	int seen;      /* was in the list that is being read */
	int addressed; /* has an IPv4 address */
	int found;     /* was in the list of addresses that is being read */
	struct phyint_options opt;
	int slot; /* -1: none */
	enum wanted wanted;
	TAILQ_ENTRY(iface) want; /* in the order of the lines */
	int starved;		 /* wanted, but all slots are taken */
	int lacking;		 /* would get no slot: see slots_check() */
	int unable;		 /* wanted, but not able to multicast */
	uint32_t *patterns;	 /* inbound patterns of rules that match it */
	uint32_t npatterns;
};

TAILQ_HEAD(ifaces, iface);
extern struct ifaces ifaces;

struct iface_handler {
	/* An interface, its name or its abilities have changed: rules may apply
	 * to other interfaces now. */
	void (*changed)(void);
	/* Links went up or down; nothing else has changed. */
	void (*stirred)(void);
	/* This link went up or down. */
	void (*flapped)(uint32_t ifindex);
	/* The interface is gone, or another one has taken its name and index.
	 * What the kernel had on it is gone, too. */
	void (*lost)(const struct iface *);
	/* The interface has got its first IPv4 address. */
	void (*addressed)(uint32_t ifindex);
	/* Settings of an interface have changed: the kernel may have dropped
	 * its memberships, or may accept now what it has refused before. */
	void (*touched)(void);
	/* Events were lost, and all interfaces were read anew.  One of them may
	 * be another interface with the same name and index. */
	void (*reread)(void);
};

/* Starts to follow the kernel's events. */
void iface_start(const struct iface_handler *);
/* To be called when another interface has taken the name and index of this one:
 * calls the handler's lost(), and lets iface_settle() call changed(). */
void iface_remade(struct iface *);
/* Calls the handler for everything that has changed since the last call. */
void iface_settle(void);
struct iface *iface_by_index(uint32_t);
/* The name for messages; "interface 12" if no interface has the index.  Valid
 * until the next call, or until the interface is renamed or gone. */
const char *iface_name(uint32_t ifindex);
/* 1 when the interface can do multicast and no phyint line forbids it. */
int iface_usable(const struct iface *);
/* 1 when the link is up and running. */
int iface_is_up(const struct iface *);

/* To be called after the configuration or an interface has changed: sets the
 * options of each interface, and which patterns match it. */
void iface_apply(const struct config *);

#endif
