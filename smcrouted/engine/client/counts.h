/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Counters of MFC entries, for the rows of shows.
 */
#ifndef COUNTS_H
#define COUNTS_H

#include "engine/have/entries.h"
#include "engine/sys/kernel_state.h"

/* resume is called with the client whose counters have come. */
void counts_init(void (*resume)(uint32_t client));

/* Finds the entry whose counters the row at this place has.  0: none. */
typedef int counts_key_fn(void *arg, uint32_t place, struct wire_key *);

/*
 * Looks whether the counters of the row at a place are there.  If not, asks for
 * them and for those of the next rows below top.  0: they are to come; then
 * resume() is called.  All shows share one question: while it is asked, the
 * counters of other rows are to come, too.
 */
int counts_ready(uint32_t client, uint32_t place, uint32_t top, counts_key_fn *,
    void *arg);
/* The counters of the row at a place, after counts_ready() for it.  NULL: the
 * row has no entry, or the kernel does not have it, or another row has come to
 * this place since counts_ready() asked. */
const struct kernel_count *counts_of(uint32_t place, const struct wire_key *);
/* The next counts_ready() for this client asks anew: counters get old, and
 * places get another meaning. */
void counts_forget(uint32_t client);

/* 1 for a resident entry that is not the only one of its group.  If the kernel
 * is asked for the group, it tells the counters of only one of them. */
int counts_are_listed(const struct entry *);
/* The counters of such an entry.  All resident entries are read for the first
 * one.  NULL: not known. */
const struct kernel_count *counts_listed(const struct entry *);
void counts_forget_list(void);

#endif
