/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The commands of a request: their form, and their words.
 */
#ifndef CMD_H
#define CMD_H

#include "common/ctl.h"
#include "engine/lang/conf.h"

/*
 * 1 when the command at p is well formed: it ends before end, and its last word
 * with a NUL.  A show must be the only command of its request (all: the bytes
 * of all commands), because the work of others would not be waited for.
 * Control has checked this already, unless an attacker controls it.
 */
int cmd_is_whole(const struct ctl_cmd *, const unsigned char *p,
    const unsigned char *end, size_t all);

/*
 * Makes a directive of a command on a route or group.  Its words end with a NUL
 * each; the command's length includes all of them.  Returns the list of words,
 * which the caller frees after the last use of the directive.  *why: what is
 * wrong with the words (a text that is valid until the next call), or NULL.
 */
const char **cmd_parse(const struct ctl_cmd *, const char *words,
    struct directive *, const char **why);

#endif
