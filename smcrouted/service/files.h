/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The files of the configuration: finds those that are included, opens each
 * once, and sends it to the engine as CONFIG.
 */
#ifndef FILES_H
#define FILES_H

struct peer;

/* Begins with the first file; a walk that is under way ends.  path must stay
 * until the end. */
void files_begin(const char *path);
/*
 * A step of the walk, which takes a few milliseconds and sends at most one
 * CONFIG.  1: there is more to do, 0: all was sent, -1: the engine has
 * FILE_CREDIT files to read, so go on after files_taken().  When the link is
 * closed files are only looked for.
 */
int files_next(struct peer *engine);
/* 1: not all was found for want of memory. */
int files_starved(void);
/* The engine has read one.  0: it was not sent any. */
int files_taken(void);
/* Ends the walk and closes its files. */
void files_end(void);

#endif
