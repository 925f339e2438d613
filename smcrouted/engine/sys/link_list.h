/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The list of interfaces and their addresses, on the BSDs.
 */
#ifndef LINK_LIST_H
#define LINK_LIST_H

#include "common/addr.h"
#include "ifevent.h"

struct links_reader {
	void (*link)(const struct link *, void *);
	void (*addr)(uint32_t ifindex, const struct addr *, void *);
	void *arg;
};

/* Opens what links_read() needs, before the process gives up its rights.  Exits
 * on error. */
void links_open(void);
/* Calls link() for each interface and addr() for each address that may be used
 * now; each may be NULL.  0, or -1 with errno. */
int links_read(const struct links_reader *);

#endif
