/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The command of -e, run by a process of its own: all that CAP_NET_ADMIN is
 * kept for is there, and not in the parent.
 */
#ifndef HOOK_H
#define HOOK_H

#include <sys/types.h>
#include "common/imsg.h"

/* Starts that process, as root and before anything is opened.  Without -e none
 * of this does anything. */
void hook_begin(void);
/* Runs it for the flows of the engine's HOOK; -1: malformed. */
int hook_install(struct imsg *);
/* Runs it with "reload". */
void hook_reload(void);

#endif
