/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Finds the files of the configuration and opens each of them once.
 */
#ifndef FILES_H
#define FILES_H

#include "common/wire.h"

/*
 * Opens the first file, and then the files that it includes, in the order of
 * its lines.  Calls tell() for each with its descriptor, which is tell()'s to
 * close; or with -1, and an errno in the message, if a file cannot be had.
 * opening(), if not NULL, is called with each path that a later walk might have
 * to open, also if there is no such file now.
 *
 * 0, or -1 when memory was short, so that not all files were found.
 */
int files_walk(const char *path, void (*tell)(const struct wire_config *, int),
    void (*opening)(const char *path));

#endif
