/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Acts that no process of the daemon should be able to do, and the processes
 * that try them.
 */
#ifndef ACTS_H
#define ACTS_H

#include <sys/types.h>
#include <stddef.h>

#define ENGINE	0x01
#define CONTROL 0x02
#define NURSERY 0x04
#define PARENT	0x08
#define HOOK	0x10
#define READER	0x20

/* The filter of these roles lets the call pass, and the kernel refuses it. */
#define PASSES(roles) ((roles) << 8)

struct act {
	const char *name;
	int may; /* roles that may do it, and PASSES(); reasons at the table */
	/* Tries the act.  0: it is done; -1: errno says why not. */
	int (*f)(const struct act *);
	long nr; /* number of the call, where f only makes a call */
	long args[6];
};

extern const struct act acts[];
extern const size_t nacts;

/* Descriptors and paths that an act may use. */
extern int held[32]; /* its descriptors */
extern size_t nheld;
extern int netlink_fd;	/* -1: none */
extern int counters[2]; /* as of kernel_state_prepare(); -1: none */
extern int pair[2];	/* of sockets, connected to each other */
extern const char *conf_path, *run_path, *stream_path, *datagram_path;
extern const char *below_path;	/* of a directory in RUNDIR, with two files */
extern unsigned int link_index; /* of an interface with a cable */
/* Processes that catch SIGUSR1 and count it: root's, and one of the user that
 * engine and control run as. */
extern pid_t victims[2];
extern volatile int *caught;

/* acts_raw.c */
int send_router_advertisement(const struct act *);
int send_igmp_query(const struct act *);

#endif
