/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <fcntl.h>

#define O_CLOEXEC 0x10000
#define O_DIRECTORY 0x20000
#define F_DUPFD_CLOEXEC 10
