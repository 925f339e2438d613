/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What a process has inherited from the program that started it: descriptors,
 * signals, limits, umask, environment.
 */
#ifndef INHERITED_H
#define INHERITED_H

/* Sanitizers take their options from the environment. */
#ifdef SANITIZED
#define KEEP_ENVIRONMENT 1
#else
#define KEEP_ENVIRONMENT 0
#endif

/*
 * Sets all of it to what the daemon expects.  Descriptors 0 to 2 are open,
 * those that a service manager has passed are noted, others are closed. SIGINT,
 * SIGTERM, SIGCHLD, SIGTSTP and the signals of faults have their default
 * action, all others are ignored, also by what is executed; none is blocked. To
 * be called first: it closes a log, and removes what libraries would obey from
 * the environment.
 */
void inherited_clean(void);

/* Forgets all environment variables. */
void inherited_drop_environment(void);

#endif
