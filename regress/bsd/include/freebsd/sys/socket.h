/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define AF_INET6 28
#define PF_ROUTE 17
#define SOCK_CLOEXEC 0x10000000
#define SOCK_NONBLOCK 0x20000000
#define SS_SIZE 128

#include_next <sys/socket.h>

int connectat(int, int, const struct sockaddr *, socklen_t);
