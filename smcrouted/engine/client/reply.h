/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Messages to smcroutectl, which the control process passes on.
 */
#ifndef REPLY_H
#define REPLY_H

#include <stdint.h>
#include "common/peer.h"

/* The link to the control process. */
extern struct peer control;

/* Sends a CTL_FAIL or CTL_NOTE about a line of the client's request (0: about
 * none).  A text that is too long is cut. */
void reply_text(uint32_t client, uint32_t type, uint32_t line,
    const char *text);

#endif
