/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Installs a filter that sandbox_linux.c has made.  The parent's program links
 * this file, but not libseccomp.
 */
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <errno.h>
#include <sysexits.h>
#include <unistd.h>

#include "log.h"
#include "sandbox.h"
#include "violation.h"

void
sandbox_install(void *filter, size_t len)
{
	struct sock_fprog prog = { len / sizeof(struct sock_filter), filter };

	/* exec(2) has reset both */
	if (prctl(PR_SET_NAME, "smcrouted", 0, 0, 0) == -1 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		fatal(EX_OSERR, "dumpable");
	if (len == 0)
		return;
	violation_catch(1);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) == -1 &&
	    (errno != ENOSYS ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == -1))
		fatal(EX_OSERR, "seccomp: cannot load the filter");
}
