/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Finds the files of the configuration, opens each of them once, and sends it
 * to the engine as CONFIG.
 */
#ifndef FILES_H
#define FILES_H

struct peer;

/* Begins a walk over the files with the first one, and ends an earlier walk.
 * path must stay valid until the end. */
void files_begin(const char *path);
/*
 * Does a step of the walk, which takes a few milliseconds and sends at most one
 * CONFIG.  1: there is more to do; 0: all files were sent; -1: the engine has
 * FILE_CREDIT files to read, so the caller goes on after files_taken().  If the
 * link is closed files are found but not sent.
 */
int files_next(struct peer *engine);
/* 1 when memory was short, so that not all files were found. */
int files_starved(void);
/* The engine has read a file.  0: it has none to read. */
int files_taken(void);
/* Ends the walk and closes its files. */
void files_end(void);

#endif
