/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Reads the files into a new configuration, beside the one in force.
 */
#ifndef LOAD_H
#define LOAD_H

#include "common/peer.h"
#include "engine/want/config.h"

/* How a missing first file is treated. */
enum load_missing { LOAD_MISSING_OK, LOAD_MISSING_WARNING, LOAD_MISSING_ERROR };

void load_init(struct peer *parent);

/* Takes a CONFIG message.  -1: it is malformed.  A file is read in pieces, with
 * other work in between, and only while the queue to the parent has room for
 * the messages about its errors. */
int load_file(struct imsg *, enum load_missing);
/* Goes on reading after the queue to the parent has become shorter. */
void load_go_on(void);
/* Calls ended(id) when all files that came before this call were read.  That
 * may be at once. */
void load_then(void (*ended)(uint32_t), uint32_t id);
/* 1 when the first file was not there at the last load. */
int load_was_missing(void);
/* The number of errors found so far. */
unsigned int load_errors(void);
/*
 * To be called when all files were read.  Returns the new configuration, or
 * NULL when the old one has to stay because of an error.  first: there is no
 * old one; then lines in error are left out and the rest is returned.
 */
struct config *load_end(int first);

/* The errors of the last load, one after the other; NULL at the end. */
const char *load_error(unsigned int n);

#endif
