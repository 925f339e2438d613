/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the start-up program, smcrouted, hands to the parent program that takes
 * its place: settings, descriptors, the filter of system calls.  The parent
 * reads it from a pipe whose descriptor is in the environment.
 */
#ifndef STATE_H
#define STATE_H

#include <sys/types.h>
#include <sys/un.h>
#include <limits.h>
#include <stdint.h>
#include "handover.h"
#include "settings.h"

#define STATE_ENV "SMCROUTED_STATE"

/* The first ones are those of enum handover. */
enum state_fd {
	STATE_MRDISC4 = HANDOVER_MAX, /* and of IPv6: the next */
	STATE_MRDISC6,
	STATE_CONTROL_NURSERY,
	STATE_ENGINE_NURSERY,
	STATE_READER_NURSERY,
	STATE_HOOK,
	STATE_ATTENDANT,
	STATE_PID_FILE,
	STATE_LAST,    /* the daemon that hands over */
	STATE_MANAGER, /* NOTIFY_SOCKET */
	STATE_NULL,    /* /dev/null */
	STATE_RULES,   /* see paths.h */
	STATE_PID_DIR, /* the directories of these files */
	STATE_SOCK_DIR,
	STATE_FDS
};

struct state {
	struct settings settings; /* its strings are these: */
	char name[256];
	char conf[PATH_MAX];
	char pid[PATH_MAX];
	char sock[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char hook[PATH_MAX];
	int fd[STATE_FDS]; /* -1: none */
	pid_t control_nursery, engine_nursery, reader_nursery;
	pid_t attendant;   /* -1: it has ended */
	int is_heir;	   /* the gate is that of the daemon before this */
	int pid_size;	   /* bytes in the pid file */
	uint64_t network;  /* the namespace's number */
	uint64_t watchdog; /* microseconds; 0: the manager has none */
	uint32_t nheld;	   /* so many struct state_held follow */
};

struct state_held {
	int fd;
	char name[32]; /* in a service manager's store, or "" */
};

extern struct state state;

/* The start-up program's: adds a socket that holds groups, and becomes the
 * parent program. */
void state_hold(int fd, const char *name);
void state_exec(char **argv) __attribute__((noreturn));

/* The parent program's: reads all of it, starts the log, and gives each held
 * socket to hold_inherit(). */
void state_read(void);
/* Gives up what the rules and the filter do not allow. */
void state_confine(void);
/* Removes the file of this path from its directory.  0, or -1 with errno. */
int state_unlink(enum state_fd dir, const char *path);

#endif
