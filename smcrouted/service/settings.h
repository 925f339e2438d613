/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What the command line says.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <sys/types.h>
#include "common/log.h"

struct settings {
	const char *name; /* the identity */
	/* absolute paths */
	const char *conf;
	const char *pid;
	const char *sock;
	int check;	    /* parse conf, and no more */
	unsigned int flags; /* SETUP_* for the children */
	int foreground;
	enum log_target log;
	int level;	  /* of the log */
	int take_over;	  /* from the daemon that runs */
	const char *user; /* USER[:GROUP] of the parent, or NULL */
	uid_t uid;	  /* the same as ids, or root's */
	gid_t gid;
	const char *hook; /* the -e command: absolute path, or name; or NULL */
	unsigned int table;
	/* seconds */
	unsigned int delay;
	unsigned int expire;   /* of learned flows; 0: never */
	unsigned int lifetime; /* 0: no limit */
	unsigned int mrdisc;   /* between advertisements */
};

extern struct settings settings;

/* Fills settings and starts the log.  Exits with 64 and a message when it does
 * not understand, with 0 after -h and -v. */
void settings_parse(int argc, char **argv);

#endif
