/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define errno (*errno_place())
int *errno_place(void);

#define EPERM 1
#define ESRCH 3
#define EINTR 4
#define ENXIO 6
#define EACCES 13
#define EINVAL 22
#define EAGAIN 35
#define ENOPROTOOPT 42
#define EOPNOTSUPP 45
#define EADDRINUSE 48
#define EADDRNOTAVAIL 49
#define ENOBUFS 55
#define ETOOMANYREFS 59
#define ENOSYS 78
