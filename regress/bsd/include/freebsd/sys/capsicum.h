/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/param.h>

#define CAP_READ 0x200000000000001
#define CAP_WRITE 0x200000000000002
#define CAP_SEEK 0x20000000000000c
#define CAP_LOOKUP 0x200000000000400
#define CAP_FCNTL 0x200000000008000
#define CAP_FSTAT 0x200000000080000
#define CAP_FSTATFS 0x200000000100000
#define CAP_FTRUNCATE 0x200000000000200
#define CAP_UNLINKAT 0x200000010000400
#define CAP_MMAP_RW 0x20000000000001f
#define CAP_IOCTL 0x400000000000080
#define CAP_EVENT 0x400000000000020
#define CAP_ACCEPT 0x200000020000000
#define CAP_CONNECTAT 0x200010000000400
#define CAP_GETPEERNAME 0x200000100000000
#define CAP_GETSOCKNAME 0x200000200000000
#define CAP_GETSOCKOPT 0x200000400000000
#define CAP_SETSOCKOPT 0x200002000000000
#define CAP_RECV 0x200000000000001
#define CAP_SEND 0x200000000000002
#define CAP_SHUTDOWN 0x200004000000000
#define CAP_FSTATAT (CAP_FSTAT | CAP_LOOKUP)
#define CAP_RIGHTS_VERSION 0

typedef struct cap_rights {
	uint64_t cr_rights[2];
} cap_rights_t;

int cap_enter(void);
int cap_getmode(u_int *);
int cap_ioctls_limit(int, const unsigned long *, size_t);
int cap_rights_limit(int, const cap_rights_t *);
cap_rights_t *cap_rights_init(cap_rights_t *, ...);
