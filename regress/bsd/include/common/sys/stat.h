/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#ifndef OUR_SYS_STAT_H
#define OUR_SYS_STAT_H

struct stat {
	int st_mode;
};

int stat(const char *, struct stat *);

#endif
