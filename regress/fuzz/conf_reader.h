/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The reader's walk over smcroute.conf, which looks for nothing but include.
 */
#ifndef CONF_READER_H
#define CONF_READER_H

#include "common/wire.h"

#define CONF_READER_FD 1000 /* of the file; there is none */

/* Reads the file of so many bytes, and tells of each include. */
void conf_reader(size_t size, void (*include)(const struct wire_config *));

#endif
