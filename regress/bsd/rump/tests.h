/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The checks, and what they have in common.  v6: 0 or 1.
 */
#ifndef TESTS_H
#define TESTS_H

#include "common/wire.h"
#include "lan.h"

#define LAN(n)	    (1 << (n))
#define UPCALLS_MAX 100

/* router.c */

/* Says which family the checks are of that follow; -1: of both. */
void family(int v6);
/* A check: what was looked at, what it is, what it should be. */
void is(const char *what, long got, long want);

/* Has the host outside do it.  Ends when the host fails. */
struct report order(const struct order *);
/* Sends packets with the address of network source on a network. */
struct report packets(int v6, int source, int lan, int group, int n);
/* The networks to which the router forwards now: bits. */
extern int receiving;

/* Does a verb as the parent does: 0, or an errno; EPERM from the gate. */
int verb(uint32_t type, const void *entry);
int vif(int add, int v6, int slot);
struct wire_key key(int v6, int source, int group);
/* Adds or changes an entry for the address of a network; oifs: bits. */
int mfc(int v6, int source, int group, int iif, int oifs);
int mfc_del(int v6, int source, int group);
/* Reads the upcalls; how many there are. */
int upcalls(int v6);
/* 1 when the first of them says this. */
int upcall_is(int kind, int slot, int v6, int source, int group);
void fence(int v6, int lan);
/* Writes the fences so that only these networks get them: bits. */
void receive(int v6, int lans);

/* forward.c */
void test_slots(int v6);
void test_static(int v6);
void test_learned(int v6);
void test_moved(int v6);
void test_expired(int v6);
void test_counters(int v6);
void test_gone(int v6);
void test_leak(void);
/* How many packets of the flow the kernel sends by the default route. */
int leaked(int group);

/* release.c */
void test_release(void);

/* sides.c */
void test_joins(int v6);
void test_advertisement(int v6);
void test_solicitation(void);
void test_way(int v6);
void test_addresses(void);
void test_events(void);
void test_lost_events(void);
void test_interval(void);

#endif
