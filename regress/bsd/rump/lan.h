/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The test's networks.  Two NetBSD kernels, each in a process of its own, have
 * an interface on each of three Ethernets: the router, where the daemon's files
 * run, and the host outside, which sends and receives packets.
 */
#ifndef LAN_H
#define LAN_H

#include <stdint.h>
#include "common/addr.h"

#define LANS	    3	/* numbered from 1 on; LAN n is shmifn in both */
#define ALL_LANS    0xe /* bits of the numbers */
#define ROUTER	    1	/* number of a kernel in its addresses */
#define OUTSIDE	    9
#define GROUPS	    8	 /* groups that the host outside receives */
#define FENCE	    250	 /* number of the group of fences */
#define PORT	    5000 /* UDP */
#define PAYLOAD	    100	 /* bytes of a packet behind its UDP header */
#define PACKET_SIZE 200

/* lan.c */

/* Starts the kernel of this process. */
void lan_boot(void);
/* Makes shmifN and connects it to the bus of a LAN. */
void lan_create(int n, int lan);
void lan_destroy(int n);
/* 1 or 0: up or down. */
void lan_up(int n, int up);
/* Gives shmifN an address: 10.0.NET.HOST/24 or fd00::NET:HOST/112. */
void lan_address(int v6, int n, int net, int host);
/* 1: makes the host outside on the network of shmifN the IPv4 default route, 0:
 * deletes that route. */
void lan_default_route(int add, int n);
/* How many times IPv6 asks whether an address is taken. */
void lan_dad(int count);
unsigned int lan_index(int n);

struct addr lan_host(int v6, int net, int host);
struct addr lan_group(int v6, int n);
struct sockaddr_storage lan_sockaddr(const struct addr *);
/* Joins a group on shmifN on a new socket. */
void lan_join(int n, const struct addr *);

/* process.c: uses the system beneath, not the kernel in the process */

/* Write to the other process and read from it.  They end this process when
 * the other one is gone. */
void process_write(const void *, size_t);
void process_read(void *, size_t);
/* Prints what has failed, with errno, and ends the process. */
void process_fail(const char *) __attribute__((noreturn));
/* The path of the file that is the bus of a LAN. */
const char *process_bus(int lan);

/* Runs all checks and returns the exit code. */
int router(void);
/* Does what the router orders, until the router ends. */
void outside(void);

/* An order to the host outside. */
enum { SEND, HEAR, SOLICIT };

struct order {
	int what;
	int v6;
	int lan;    /* where to send */
	int source; /* LAN whose address is the source */
	int group;
	int n;	     /* packets */
	int type;    /* HEAR: of the message */
	int groups;  /* SEND: one packet to each of so many instead */
	int receive; /* bits of the LANs where a fence must arrive */
};

/* Its answer. */
struct report {
	int done;	 /* 1, or 0: a fence has not come */
	int n[LANS + 1]; /* packets of the flow that came in on each LAN */
	int lan;	 /* HEAR: where it came in */
	int hops, alert; /* IPv6: hop limit, router alert option */
	struct addr src; /* IPv6 */
	int len;	 /* bytes */
	uint8_t packet[PACKET_SIZE]; /* IPv4: with its header */
};

#endif
