/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>

#define PD_DAEMON 1
#define PD_CLOEXEC 2

pid_t pdfork(int *, int);
int pdkill(int, int);
