/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The stand-in for engine or control (rogue.c) and its attacks.
 */
#ifndef ROGUE_H
#define ROGUE_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/imsg.h"
#include "common/wire.h"

#define FD_MARK	 0x80000000U /* of a header's len: a descriptor comes along */
#define PATIENCE 10000	     /* ms to wait for others to read or write */

/* The outcome of an attack: what is logged about the link, or one of these. */
#define BAD	  "bad message"
#define MALFORMED "malformed message"
#define TOO_MANY  strerror(EMFILE) /* the C library's words */
#define ENDS	  "ends"     /* the child is ended without a word on the link */
#define LIVES	  "lives"    /* nothing: the act is allowed or harmless */
#define EXPELLED  "expelled" /* the engine wants control ended */
/* control lives, and the engine has answered with this */
#define OK	"ok"
#define REFUSED "refused"
#define DENIED	"denied"

struct attack {
	const char *role;
	const char *group;
	char name[40];
	const char *outcome;
	void (*f)(const struct attack *);
	uint32_t type;
	size_t len;
	const void *arg;
	int fd; /* -1: none */
};

/* Descriptors that can be sent. */
enum odd {
	ODD_UDP,
	ODD_UDP6,
	ODD_TCP,
	ODD_UNIX,
	ODD_UNIX_DGRAM,
	ODD_PIPE,
	ODD_NETLINK,
	ODD_PACKET,
	ODD_RAW,
	ODD_NULL,
	ODD_DIR,
	ODD_MAX
};

/* rogue.c */
extern struct imsgbuf parent, engine; /* control's only: engine */
extern struct wire_setup setup;
extern uint32_t ifindex[3]; /* of r0, r1, r2; the last has no slot */
extern int odd[ODD_MAX];

/* Sends all bytes, with descriptors at the first one, which stay open here: to
 * any socket, and to the parent. */
void put_on(int fd, const void *, size_t, const int *fds, size_t nfds);
void put(const void *, size_t, const int *fds, size_t nfds);
/* Sends a message, with a descriptor or without (-1). */
void put_message(uint32_t type, uint32_t id, int fd, const void *, size_t);
/* Sends as much as is read; 0: nothing was read for a while. */
size_t put_some(int fd, const void *, size_t);
/* A line for the log. */
void put_log(const char *, ...) __attribute__((format(printf, 1, 2)));
/* Reads all that has come, and returns how many messages of a type it had. */
size_t count_read(uint32_t type);
/* Reads so many results.  Returns how many entries failed, and why the last one
 * did; or -1: a result never came. */
int read_results(size_t, int *error);

/* attacks.c */
void attacks_make(void);
const struct attack *attack_find(const char *role, const char *name);
/* Prints NAME OUTCOME of each of a group, or all. */
void attacks_list(const char *role, const char *group);

/* A new row of the table. */
struct attack *attack_add(const char *role, const char *group,
    const char *outcome, void (*)(const struct attack *));
struct attack *attack_last(void);
/* A row of a message of this size, in which each entry is well-formed. */
void attack_add_size(uint32_t type, const char *how, size_t, size_t entry);
/* A message of type, arg, len and fd. */
void attack_send(const struct attack *);
/* A payload that passes the verb's check. */
void attack_good(uint32_t type, void *, size_t);
/* The entry that exists. */
void attack_good_mfc(struct wire_mfc *, int v6);
/* A copy that is never freed. */
const void *attack_keep(const void *, size_t);

/* attacks_link.c */
void attacks_make_link(void);

/* attacks_pipe.c */
void attacks_make_pipe(void);

/* attacks_fill.c */
void attacks_make_fill(void);
/* Runs a command that is told that the machine has so many bytes of memory. */
int small_machine(unsigned long bytes, char **command);

/* attacks_flood.c */
void flood_one(const struct attack *);
void flood_unread(const struct attack *);
void flood_reload_ready(const struct attack *);
void flood_deaf(const struct attack *);
void flood_holds(const struct attack *);
void flood_descriptors(const struct attack *);
void flood_lines(const struct attack *);

#endif
