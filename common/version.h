/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The one place where the version is written.
 */
#ifndef VERSION_H
#define VERSION_H

#define SMCROUTED_VERSION "0.1"

/* What -v says: the version, and what was chosen when it was built. */
#define SMCROUTED_ABOUT                                                        \
	"smcrouted " SMCROUTED_VERSION "\n"                                    \
	"configuration " SYSCONFDIR "\n"                                       \
	"run directory " RUNDIR "\n"                                           \
	"executables " LIBEXECDIR "\n"                                         \
	"user " SMCROUTE_USER "\n"                                             \
	"compiler " __VERSION__ "\n"

#endif
