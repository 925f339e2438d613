/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * NetBSD has no sandbox: its processes are confined by user and chroot(2).
 */
#include "sandbox.h"

void
sandbox_enter(enum sandbox which)
{
	(void)which;
}

void
sandbox_write(int fd)
{
	(void)fd;
}

void
sandbox_install(void *filter, size_t len)
{
	(void)filter;
	(void)len;
}
