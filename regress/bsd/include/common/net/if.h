/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>
#include <sys/time.h>
#include <sys/socket.h>

#define IFNAMSIZ 16
#define IF_NAMESIZE 16
#define IFF_UP 1
#define IFAN_ARRIVAL 0
#define IFAN_DEPARTURE 1

unsigned int if_nametoindex(const char *);
