/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/uio.h>

#define AF_INET6 24
#define PF_ROUTE 34
#define SOCK_CLOEXEC 0x10000000
#define SOCK_NONBLOCK 0x20000000
#define SS_SIZE 128

#include_next <sys/socket.h>
