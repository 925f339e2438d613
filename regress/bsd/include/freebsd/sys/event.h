/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>

#define EVFILT_PROCDESC (-8)
#define EV_ADD 1
#define NOTE_EXIT 0x80000000

struct timespec;

struct kevent {
	unsigned long ident;
	short filter;
	u_short flags;
	u_int fflags;
	int64_t data;
	void *udata;
	uint64_t ext[4];
};
#define EV_SET(e, i, filter, flags, fflags, data, udata)                   \
	(*(e) = (struct kevent){ (i), (filter), (flags), (fflags), (data), \
		 (udata), { 0 } })

int kqueue(void);
int kevent(int, const struct kevent *, int, struct kevent *, int,
    const struct timespec *);
