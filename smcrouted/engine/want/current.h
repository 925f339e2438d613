/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The configuration in force.
 */
#ifndef CURRENT_H
#define CURRENT_H

#include "config.h"

extern struct config *config; /* NULL: nothing is in force yet */

#endif
