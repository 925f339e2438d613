/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Requests of smcroutectl, which the control process passes on, and their
 * answers.
 */
#ifndef REQUEST_H
#define REQUEST_H

#include <stdint.h>
#include "common/wire.h"

/* To be called once, before the first request. */
void request_init(void);
/* Takes over the pipe to a new control process.  The requests of an earlier one
 * are dropped. */
void request_open(int fd);

/* Answers the requests whose work is done. */
void request_check(void);
/* The reload with this id is done. */
void request_loaded(uint32_t id, unsigned int errors);
/* The first configuration is in force: runs the requests that came before. */
void request_begin(void);
/* The configuration was replaced: changes of the old one cannot be undone any
 * more. */
void request_new_config(void);
/* The kernel refused an entry. */
void request_refused(const struct wire_key *, int error);

#endif
