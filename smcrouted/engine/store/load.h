/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Files into a configuration, aside from the one in force.
 */
#ifndef LOAD_H
#define LOAD_H

#include "common/peer.h"
#include "engine/want/config.h"

/* What it means when the first file is not there. */
enum load_missing { LOAD_MISSING_OK, LOAD_MISSING_WARNING, LOAD_MISSING_ERROR };

void load_init(struct peer *parent);

/* A CONFIG message; -1: malformed.  Files are read piece by piece, while other
 * work is done in between, and only while there is room for what is wrong with
 * them in the queue to the parent. */
int load_file(struct imsg *, enum load_missing);
/* Something was written to the parent: there may be room again. */
void load_go_on(void);
/* Calls ended with the id when all files that came before were read: now, or
 * later. */
void load_then(void (*ended)(uint32_t), uint32_t id);
/* 1 when the first file was not there at the last load. */
int load_was_missing(void);
/* Lines in error so far. */
unsigned int load_errors(void);
/*
 * All files were read: the new configuration, or NULL when the old one is to
 * stay (any error; when first is set there is no old one, and lines in error
 * are merely left out).
 */
struct config *load_end(int first);

/* The errors of the last load, one after the other; NULL at the end. */
const char *load_error(unsigned int n);

#endif
