/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The lists of system calls: all names exist, and on every architecture each
 * process has the calls that it needs there.
 */
#include "common/sandbox_linux.c"

#include <stdarg.h>
#include <stdio.h>

#include "check.h"

static const struct {
	uint32_t token;
	const char *name;
} archs[] = {
	{ SCMP_ARCH_X86_64, "x86-64" },
	{ SCMP_ARCH_X86, "x86" },
	{ SCMP_ARCH_AARCH64, "aarch64" },
	{ SCMP_ARCH_ARM, "arm" },
	{ SCMP_ARCH_RISCV64, "riscv64" },
	{ SCMP_ARCH_MIPS, "mips" },
	{ SCMP_ARCH_MIPSEL, "mipsel" },
	{ SCMP_ARCH_MIPS64, "mips64" },
	{ SCMP_ARCH_PPC64LE, "ppc64le" },
	{ SCMP_ARCH_S390X, "s390x" },
};

#define NARCHS (sizeof(archs) / sizeof(archs[0]))

/* What must be possible; one of the calls is enough. */
static const struct {
	const char *list;
	const char *calls;
} needs[] = {
	{ base, "read" },
	{ base, "recvmsg" },
	{ base, "sendmsg" },
	{ base, "close" },
	{ base, "epoll_wait epoll_pwait" },
	{ base, "epoll_ctl" },
	{ base, "poll ppoll ppoll_time64" },
	{ base, "clock_gettime clock_gettime64" },
	{ base, "rt_sigreturn" },
	{ base, "exit_group" },
	{ base, "munmap" },
	{ engine, "fstat fstat64 newfstatat statx" },
	{ engine, "lseek _llseek" },
	{ engine, "getrlimit ugetrlimit" },
	{ engine, "sendto" },
	{ engine, "recvfrom recv" },
	{ control, "accept4" },
	{ nurseries, "wait4 waitpid waitid" },
	{ nurseries, "kill" },
	{ starts, "epoll_create1" },
	{ nurseries, "seccomp prctl" },
	{ reader, "getdents64 getdents" },
	{ reader, "fstat fstat64 newfstatat statx" },
	{ reader, "readlinkat" },
	{ reader, "dup" },
	{ parent, "unlinkat unlink" },
	{ parent, "ftruncate ftruncate64" },
	{ parent, "dup" },
	{ parent, "wait4 waitpid" },
	{ parent, "connect" },
};

#define NNEEDS (sizeof(needs) / sizeof(needs[0]))

static int
exists(uint32_t arch, const char *name)
{
	return seccomp_syscall_resolve_name_arch(arch, name) != __NR_SCMP_ERROR;
}

static int
in_list(const char *list, const char *name)
{
	size_t n = strlen(name);
	const char *p = list;

	while ((p = strstr(p, name)) != NULL) {
		if ((p == list || p[-1] == ' ') &&
		    (p[n] == ' ' || p[n] == '\0'))
			return 1;
		p += n;
	}
	return 0;
}

/* Calls f for each word. */
static int
any(const char *words, int (*f)(const char *, const void *), const void *arg)
{
	char copy[2048], *rest = copy, *word;
	int found = 0;

	strlcpy(copy, words, sizeof(copy));
	while ((word = strsep(&rest, " ")) != NULL)
		found |= f(word, arg);
	return found;
}

static int
is_spelt(const char *name, const void *arg)
{
	size_t i;

	(void)arg;
	for (i = 0; i < NARCHS; i++)
		if (exists(archs[i].token, name))
			return 0;
	fprintf(stderr, "no architecture has %s\n", name);
	CHECK(0);
	return 0;
}

struct where {
	const char *list;
	uint32_t arch;
};

static int
is_allowed(const char *name, const void *arg)
{
	const struct where *w = arg;

	return in_list(w->list, name) && exists(w->arch, name);
}

int
main(void)
{
	static const char *const lists[] = { base, engine, control, reader,
		nurseries, starts, parent };
	struct where w;
	size_t i, j;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		any(lists[i], is_spelt, NULL);
	for (i = 0; i < NNEEDS; i++)
		for (j = 0; j < NARCHS; j++) {
			w.list = needs[i].list;
			w.arch = archs[j].token;
			if (any(needs[i].calls, is_allowed, &w))
				continue;
			fprintf(stderr, "%s: none of %s\n", archs[j].name,
			    needs[i].calls);
			CHECK(0);
		}
	return check_end();
}
