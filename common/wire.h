/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Messages between the daemon's processes: flat structs, fixed-width integers.
 * The comment of each message says who sends it; a message that is not listed
 * for its link is a violation.
 *
 * Both ends of a link between the parent and a child always read.  Neither
 * waits until its messages are written, except a child that ends by fatal().
 * So other messages do not delay a sign of life (ALIVE).  The reader is another
 * kind of child: it only writes, it waits until the parent reads, and it is not
 * asked for a sign of life.  What is queued for the other end is bounded by its
 * kind:
 *
 *	LOG	   A child drops lines beyond LOG_QUEUE bytes, and errors beyond
 *		   LOG_QUEUE_ERRORS; then it says how many.  The engine goes on
 *		   with parsing only while less than LOG_ROOM bytes are queued,
 *		   so that no error of a configuration is lost.
 *	CONFIG	   The parent passes on at most FILE_CREDIT files that the
 *		   engine has not answered with NEXT.  Until the engine answers
 *		   the parent reads nothing from the reader.
 *	UPCALL	   The parent sends at most UPCALL_CREDIT upcalls that the
 *		   engine has not answered with TAKEN, and leaves the rest in
 *		   the kernel's socket.  It keeps a copy of an upcall until it
 *		   is TAKEN, and sends those copies first to the next engine.
 *	verbs	   The engine sends at most VERB_CREDIT messages that have no
 *		   RESULT yet.  An engine that leaves more than RESULT_QUEUE
 *		   bytes of results unread breaks the rules.
 *	ALIVE	   The parent asks once, and then waits for the answer.
 *	others	   are few: one for each life, load, socket or change.
 */
#ifndef WIRE_H
#define WIRE_H

#include <net/if.h>
#include <stdint.h>
#include "addr.h"

#define NOSLOT	255  /* instead of a slot: none */
#define MAXVIF	32   /* slots per family; the kernel's MAXVIFS and MAXMIFS */
#define MAXHOLD 8192 /* sockets with memberships, of one engine */

/* Instead of an ifindex: the slot was bound, and its interface is gone. */
#define VIF_LOST UINT32_MAX

/* Limits on what one message may carry, in entries. */
#define WIRE_BATCH 200

/* Limits on what is queued; see above. */
#define FILE_CREDIT	 16
#define UPCALL_CREDIT	 2600 /* whole batches; about what a socket holds */
#define VERB_CREDIT	 128
#define RESULT_QUEUE	 (384 << 10) /* no honest engine leaves so many */
#define LOG_ROOM	 (64 << 10)
#define LOG_QUEUE	 (512 << 10)
#define LOG_QUEUE_ERRORS (2 << 20) /* LOG_ROOM, and errors of one slice */

enum wire_type {
	/* parent -> nursery */
	IMSG_START = 1, /* with the descriptor of the new child's link */
	IMSG_STOP,	/* kill the child */
	/* nursery -> parent */
	IMSG_CONFINED, /* no payload: no more rights, waiting for START */
	IMSG_ENDED,    /* struct wire_ended */
	/* parent -> engine, control */
	IMSG_SETUP,  /* struct wire_setup: the first message of a life */
	IMSG_SOCKET, /* uint32_t enum wire_socket, with a descriptor */
	IMSG_ALIVE,  /* no payload; the child answers with the same */
	/* engine, control, reader -> parent */
	IMSG_LOG, /* int32_t priority, then the text without a NUL */
	/* reader -> parent -> engine */
	IMSG_CONFIG,	 /* struct wire_config, maybe with a descriptor; the
			  * first file begins the load anew */
	IMSG_CONFIG_END, /* to engine, id: of the RELOAD it answers, or 0 */
	/* parent -> engine */
	IMSG_UPCALL, /* array of struct wire_upcall, oldest first; after
		      * VIFS those that an earlier engine has not TAKEN */
	IMSG_VIFS,   /* uint32_t [2][MAXVIF]: ifindex by family and slot,
		      * or VIF_LOST */
	IMSG_COUNTS, /* array of struct wire_count: the answer to a COUNT */
	IMSG_RESULT, /* struct wire_result and array of struct wire_failed;
		      * one for each verb, in order, with the verb's id */
	/* engine -> parent: verbs */
	IMSG_VIF_ADD, /* array of struct wire_vif */
	IMSG_VIF_DEL, /* array of struct wire_vif: v6 and slot */
	IMSG_MFC_ADD, /* array of struct wire_mfc: install or change */
	IMSG_MFC_DEL, /* array of struct wire_key */
	IMSG_COUNT,   /* array of struct wire_key; where only the parent may
		       * ask for counters */
	IMSG_RELOAD,  /* send the files again; id comes back in CONFIG_END */
	IMSG_QUIT,    /* no payload: end the daemon, as SIGTERM */
	IMSG_EXPEL,   /* no payload: control broke the rules, replace it */
	IMSG_SLOTS,   /* no payload: send VIFS as the kernel has them now */
	IMSG_READY,   /* struct wire_ready: kernel agrees with configuration */
	IMSG_STATUS,  /* struct wire_status, when it has changed */
	IMSG_HOOK,    /* array of struct wire_key: flows installed or moved */
	IMSG_HOLD,    /* id: of a socket with memberships.  Its descriptor
		       * comes along; keep it until the next engine is READY */
	IMSG_UNHOLD,  /* id: close that descriptor */
	IMSG_NEXT,    /* no payload: one CONFIG was read to its end */
	IMSG_TAKEN,   /* uint32_t n: the verbs so far answer the n oldest
		       * upcalls */
	IMSG_MRDISC,  /* no payload, once in a life: the configuration wants
		       * router discovery.  The parent sends its sockets,
		       * then the same message */
	/* control -> engine; id: the client */
	IMSG_CTL_REQUEST, /* uint32_t rights, then struct ctl_cmd records */
	IMSG_CTL_MORE,	  /* the client's buffer has room again */
	IMSG_CTL_GONE,	  /* the client hung up */
	/* engine -> control: CTL_ROW, CTL_FAIL, CTL_END of ctl.h with the
	 * client in id */
	IMSG_MAX = 100
};

enum wire_socket {
	SOCK_CONTROL = 1, /* listening, to control */
	SOCK_PIPE,	  /* between engine and control, to both */
	SOCK_MRDISC4,	  /* raw, for router discovery, to engine */
	SOCK_MRDISC6,
	SOCK_JOURNAL, /* shared memory, no socket: changes by smcroutectl */
	SOCK_TABLE    /* shared memory: the engine's MFC entries */
};

struct wire_ended {
	int32_t pid;
	int32_t status; /* of waitpid(2) */
};

#define SETUP_V4     0x01 /* kernel has IPv4 multicast routing */
#define SETUP_V6     0x02
#define SETUP_CHECK  0x04 /* -F: parse, report, say READY, end */
#define SETUP_AGAIN  0x08 /* not the first engine of this daemon */
#define SETUP_NAMED  0x10 /* -f: the file should be there */
#define SETUP_HOOK   0x20 /* -e: send HOOK */
#define SETUP_STATUS 0x40 /* there is a service manager: send STATUS */

struct wire_setup {
	uint32_t flags;
	int32_t loglevel;
	uint32_t table;	 /* multicast routing table, 0: default */
	uint32_t expire; /* -c, seconds; 0: never */
	uint32_t owner;	 /* uid of the control socket's owner */
	uint32_t mrdisc; /* -m, seconds between advertisements */
	uint32_t hold;	 /* how many sockets the parent can hold */
};

/* A file to parse (with its descriptor, to be read from the beginning), or why
 * there is none. */
struct wire_config {
	uint64_t size;	/* bytes to be read */
	uint64_t mtime; /* ns; when it was last written to; 0: not known */
	int32_t error;	/* errno; 0: a descriptor comes along */
	uint32_t line;	/* of the include in from; 0: the first file */
	uint32_t column;
	char path[1024]; /* NUL-terminated */
	char from[1024]; /* NUL-terminated; empty: the first file */
};

struct wire_vif {
	uint8_t v6; /* family: 0 IPv4, 1 IPv6 */
	uint8_t slot;
	uint8_t ttl; /* threshold, 1 to 255 */
	uint8_t pad;
	uint32_t ifindex;
	uint8_t local[4]; /* IPv4 on a BSD: an address of the interface */
};

struct wire_key {
	struct addr src;
	struct addr grp;
};

/* Longest line of the configuration, in bytes without its newline.  Fuzzers
 * have a shorter one. */
#ifndef CONFIG_MAXLINE
#define CONFIG_MAXLINE 262143
#endif

#define MFC_REMAKE 1 /* delete, then add, so that queued packets are sent */
#define MFC_UNMAKE 2 /* only delete it */

/* A key whose source is any may have several entries, one for each iif. */
struct wire_mfc {
	struct wire_key key;
	uint8_t iif; /* slot */
	uint8_t how; /* 0 or one of the above */
	uint8_t pad[2];
	uint8_t ttls[MAXVIF]; /* 0: not an oif */
};

#define UPCALL_NOCACHE	1
#define UPCALL_WRONGVIF 2

struct wire_upcall {
	uint8_t kind;
	uint8_t slot;
	uint8_t pad[2];
	struct wire_key key;
};

struct wire_count {
	uint64_t packets; /* on the entry's interface */
	uint64_t bytes;
	uint64_t wrong; /* packets on another one */
	uint32_t found; /* 0: the kernel has no such entry */
	uint32_t pad;
};

struct wire_result {
	uint32_t count; /* entries of the verb */
};

struct wire_failed {
	uint32_t index; /* in the verb's array */
	int32_t error;	/* errno */
};

struct wire_ready {
	uint32_t id;	 /* of the RELOAD or 0 */
	uint32_t errors; /* lines in error */
};

/* Counts for the service manager's status line. */
struct wire_status {
	uint32_t interfaces; /* that have a slot */
	uint32_t routes;     /* rules */
	uint32_t flows;	     /* learned, stop entries among them */
	uint32_t groups;     /* joined */
	uint32_t errors;     /* lines of the configuration */
};

/* "MFC_ADD" for IMSG_MFC_ADD, "37" for an unknown type.  Valid until the next
 * call. */
const char *wire_name(uint32_t type);

#endif
