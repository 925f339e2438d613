/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/uio.h>

#define AF_INET6 24
#define PF_ROUTE 17
#define SOCK_CLOEXEC 0x8000
#define SOCK_NONBLOCK 0x4000
#define SS_SIZE 256

#include_next <sys/socket.h>
