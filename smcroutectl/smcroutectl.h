/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * smcroutectl: words to requests, answers to text or JSON.
 */
#ifndef SMCROUTECTL_H
#define SMCROUTECTL_H

#include <stddef.h>
#include <stdint.h>

#include "common/ctl.h"
#include "common/rows.h"

#define EX_REFUSED 1 /* the daemon said no; the others are sysexits.h's */

/* smcroutectl.c */

struct options {
	int batch;
	int detail;
	int json;
	int plain; /* headings without control characters */
	int bare;  /* no headings */
	const char *ident;
	const char *socket;
};

extern struct options opt;

/* "NAME: text" on stderr, NAME what we were called, with the line of a batch
 * unless that is 0. */
void complain(uint32_t line, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* s, or in buf a form of it that a terminal shows and does not obey. */
const char *printable(const char *s, char *buf, size_t size);

/* command.c */

struct command {
	const char *name;
	const char *aliases; /* separated by blanks */
	uint16_t kind;	     /* enum ctl_kind; 0: done here, by run() */
	int min, max;	     /* words; max -1: any number */
	int (*run)(char **words, int n);
	const struct command *sub; /* its next word is one of these */
	const char *args;
	const char *help;
	const char *example;
};

extern const struct command commands[];

/* The command of that name, alias or beginning; NULL: complained. */
const struct command *command_find(const struct command *, const char *what,
    const char *word, uint32_t line);
/*
 * The command that the words begin with; *used is the number of words that
 * name it, the others are its arguments, of which there is the right number.
 * NULL: complained.
 */
const struct command *command_parse(char **words, int n, int *used,
    uint32_t line);

/* smcroute.c */

/* The command line of SMCRoute 1 and 2, for when we are called smcroute.  An
 * exit code. */
int smcroute_run(char **argv);

/* help.c */

void usage(void);
int help_run(char **, int);
int version_run(char **, int);

/* batch.c */

/* Does the commands of standard input; an exit code. */
int batch_run(void);

/* request.c: all return an exit code. */

/* Adds a command to the request.  -1: it does not fit any more. */
int request_add(const struct command *, char **args, int n, uint32_t line);
/* Sends the request, if there is one, and prints the answer. */
int request_send(void);
/* One command as a request of its own. */
int request_one(const struct command *, char **args, int n, uint32_t line);
/* A command of its own request: a show, a reload, and what ends the daemon. */
int is_single(uint16_t kind);
int is_show(uint16_t kind);

/* link.c */

struct imsg;

enum link_result { LINK_OK, LINK_HUNGUP, LINK_FAILED };

/* Sends a message, connecting first if need be.  0 or an exit code. */
int link_send(uint32_t type, const void *, size_t);
/* The next message; LINK_FAILED: it was malformed. */
enum link_result link_next(struct imsg *);
/* Takes a HELLO.  0 or an exit code. */
int link_hello(struct imsg *);
/* 1 when nothing was done for us on this connection. */
int link_is_new(void);
/* Waits before another attempt to connect; -1: that was the last. */
int link_retry(void);
/* Waits, not for ever, until the daemon has gone. */
void link_wait_end(void);
void link_close(void);
const char *link_path(void);

/* text.c, json.c */

struct output {
	void (*begin)(uint16_t kind);
	void (*row)(const struct row *);
	void (*end)(void); /* after a complete answer only */
};

extern const struct output text_output;
extern const struct output json_output;

#endif
