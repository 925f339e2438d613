/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Hands the configuration to the engine.
 */
#ifndef CONFIG_H
#define CONFIG_H

struct peer;
struct source;

/* Sends the file, and those that it includes, as CONFIG.  The source: the file
 * that includes it; NULL: none. */
void config_send(struct peer *engine, const char *path, const struct source *);

/* Whether the files that were sent last say "mrdisc" anywhere. */
int config_has_mrdisc(void);

#endif
