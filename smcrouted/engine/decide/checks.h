/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Looks for problems that somebody should act on, and adds them to the
 * warnings.
 */
#ifndef CHECKS_H
#define CHECKS_H

#include "engine/want/config.h"

/* Looks at interfaces, routes, lines that wait, and groups. */
void checks_look(const struct config *);
/* Looks at the groups only. */
void checks_groups(void);

#endif
