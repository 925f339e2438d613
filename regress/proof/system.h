/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Put before all else: what Frama-C's libc lacks of Linux's, and the guards
 * that make the kernel's headers leave the rest to it.
 */
#ifndef SYSTEM_H
#define SYSTEM_H

#define __GLIBC__ 2
#define _NETINET_IN_H

#define ETOOMANYREFS  109
#define SOCK_NONBLOCK 04000
#define SOCK_CLOEXEC  02000000

/* functions there, but arrays have their size from them */
#define CMSG_ALIGN(len) (((len) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define CMSG_LEN(len)	(CMSG_ALIGN(sizeof(struct cmsghdr)) + (len))
#define CMSG_SPACE(len) (CMSG_LEN(0) + CMSG_ALIGN(len))

void closefrom(int);
int clearenv(void);

#define LIBEXECDIR    "/"
#define SMCROUTE_USER "nobody"

#endif
