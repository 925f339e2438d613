/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the kernel has in its multicast forwarding cache, read without any
 * right.  One file per system.
 */
#ifndef KERNEL_STATE_H
#define KERNEL_STATE_H

#include <stdint.h>
#include "common/wire.h"

struct kernel_count {
	uint64_t packets;
	uint64_t bytes;
	uint64_t wrong; /* packets from a wrong interface, part of packets */
};

struct kernel_entry {
	struct wire_key key;
	int unresolved; /* only packets that wait, of which an upcall told */
	uint32_t iif;	/* ifindex; 0: its interface is gone */
	uint32_t noifs;
	struct {
		uint32_t ifindex;
		uint8_t ttl;
	} oifs[MAXVIF];
	struct kernel_count count;
	uint32_t idle; /* seconds since its last packet, or IDLE_UNKNOWN */
};

#define IDLE_UNKNOWN UINT32_MAX

/* Opens, while the process is root, what makes some questions cheaper; does
 * without it where there is none. */
void kernel_state_prepare(void);
/* Opens what it needs, before the process gives up its last rights; exits on
 * error. */
void kernel_state_open(void);
/* Which table to look at; 0: the default one, as at first. */
void kernel_state_table(uint32_t);

/* Counters of one entry.  0, or -1: no such (resolved) entry. */
int kernel_state_get(const struct wire_key *, struct kernel_count *);

/* Whole seconds since the entry's last packet; IDLE_UNKNOWN: there is no such
 * entry, or the kernel does not tell.  Costs ten times as much as
 * kernel_state_get(). */
uint32_t kernel_state_idle(const struct wire_key *);

/* 0: looking up one is as much work as reading them all. */
int kernel_state_is_quick(int v6);

/* Calls f for each entry of a family (v6: 0 or 1).  0, or -1 with errno. */
int kernel_state_dump(int v6, void (*f)(const struct kernel_entry *, void *),
    void *);

#endif
