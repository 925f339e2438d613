/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What smcroutectl asks, by way of the control process, and its answers.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdint.h>
#include "common/wire.h"
#include "engine/have/groups.h"

/* A pipe to a control process; the requests of an earlier one are dropped. */
void request_open(int fd);

/* Answers the requests whose work is done. */
void request_check(void);
/* The files of reload id were loaded. */
void request_loaded(uint32_t id, unsigned int errors);
/* The first configuration is in force: what was asked so far can be done. */
void request_begin(void);
/* Routes of the configuration before have no meaning any more. */
void request_new_config(void);
/* The kernel refused an entry. */
void request_refused(const struct wire_key *, int error);
/* The kernel refused a membership. */
void request_join_refused(const struct membership *, int error);

#endif
