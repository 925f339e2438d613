/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * smcroutectl turns words into requests, and answers into text or JSON.
 */
#ifndef SMCROUTECTL_H
#define SMCROUTECTL_H

#include <stddef.h>
#include <stdint.h>

#include "common/ctl.h"
#include "common/rows.h"

#define EX_REFUSED 1 /* the daemon refused; other codes are in sysexits.h */

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

/* Prints "NAME: text" on stderr; NAME is how this program was called.  line is
 * the line of a batch, or 0. */
void complain(uint32_t line, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns s if it is printable ASCII.  Else writes it into buf with other bytes
 * as \ooo, so that a terminal does not obey it, and returns buf. */
const char *printable(const char *s, char *buf, size_t size);

/* command.c */

struct command {
	const char *name;
	const char *aliases; /* separated by blanks */
	uint16_t kind;	     /* enum ctl_kind; 0: call run() */
	int min, max;	     /* words after its name; max -1: any number */
	int (*run)(char **words, int n);
	const struct command *sub; /* commands for the next word, or NULL */
	const char *args;
	const char *help;
	const char *example;
};

extern const struct command commands[];

/* Finds a command by its name, an alias or a beginning of these.  Returns NULL
 * after complain() if there is none. */
const struct command *command_find(const struct command *, const char *what,
    const char *word, uint32_t line);
/*
 * Finds the command that the words begin with and checks how many words follow.
 * *used becomes the number of words that name the command.  Returns NULL after
 * complain() if something is wrong.
 */
const struct command *command_parse(char **words, int n, int *used,
    uint32_t line);

/* smcroute.c */

/* Runs the command line of SMCRoute 1 and 2, when this program is called
 * smcroute.  Returns an exit code. */
int smcroute_run(char **argv);

/* help.c */

/* Prints a short usage on stderr. */
void usage(void);
/* Run the commands "help" and "version".  Return an exit code. */
int help_run(char **, int);
int version_run(char **, int);

/* batch.c */

/* Does the commands of standard input.  Returns an exit code. */
int batch_run(void);

/* ask.c */

/* Adds a command to the request.  0, or -1: it does not fit. */
int request_add(const struct command *, char **args, int n, uint32_t line);
/* Sends the request, if there is one, and prints the answer.  Returns an exit
 * code. */
int request_send(void);
/* The same for one command as a request of its own. */
int request_one(const struct command *, char **args, int n, uint32_t line);
/* 1 for a command that must be alone in its request: show, reload, kill. */
int is_single(uint16_t kind);

/* link.c */

struct imsg;

enum link_result { LINK_OK, LINK_HUNGUP, LINK_FAILED };

/* Sends a message; connects first if necessary.  0, or an exit code. */
int link_send(uint32_t type, const void *, size_t);
/* Waits for the next message.  LINK_FAILED: it is malformed. */
enum link_result link_next(struct imsg *);
/* Takes the daemon's HELLO.  0, or an exit code: another version. */
int link_hello(struct imsg *);
/* 1 until the daemon's HELLO has come on this connection. */
int link_is_new(void);
/* Waits before the next attempt to connect.  0, or -1: there is none left. */
int link_retry(void);
/* Waits until the daemon has ended, for some seconds at most. */
void link_wait_end(void);
void link_close(void);
/* Returns the path of the control socket. */
const char *link_path(void);

/* text.c, json.c */

struct output {
	void (*begin)(uint16_t kind);
	void (*row)(const struct row *);
	void (*end)(void); /* called only when the answer is complete */
};

extern const struct output text_output;
extern const struct output json_output;

#endif
