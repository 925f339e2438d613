/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Looks for what somebody should act on, and adds it to the warnings.
 */
#ifndef CHECKS_H
#define CHECKS_H

#include "engine/want/config.h"

/* Looks at the interfaces and routes in use, and at the groups. */
void checks_look(const struct config *);
/* At the groups alone. */
void checks_groups(void);

#endif
