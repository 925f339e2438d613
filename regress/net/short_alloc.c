/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * An allocator that fails once, when a test says so.  It is linked with the
 * daemon's objects and is used instead of the C library's.
 */
#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stddef.h>
#include <stdint.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *malloc(size_t);
void *calloc(size_t, size_t);
void *realloc(void *, size_t);
void *reallocarray(void *, size_t, size_t);
/* Some programs lack one of these. */
void __real_sandbox_enter(int) __attribute__((weak));
void __real_sandbox_write(int) __attribute__((weak));
void __wrap_sandbox_enter(int);
void __wrap_sandbox_write(int);

/* The n-th allocation from now on fails; 0: none.  A test writes it into the
 * process's memory, or into the executable before it is started. */
volatile uint64_t short_alloc __attribute__((section(".data"))) = 0;

static int
fails(void)
{
	if (short_alloc == 0 || --short_alloc != 0)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	return fails() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails() ? NULL : __libc_realloc(p, n);
}

void *
reallocarray(void *p, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, n * size);
}

/* The hundreds of allocations in libseccomp say nothing about the daemon: they
 * are not counted. */
static void
uncounted(void (*f)(int), int arg)
{
	uint64_t left = short_alloc;

	short_alloc = 0;
	f(arg);
	short_alloc = left;
}

void
__wrap_sandbox_enter(int which)
{
	uncounted(__real_sandbox_enter, which);
}

void
__wrap_sandbox_write(int fd)
{
	uncounted(__real_sandbox_write, fd);
}

/* Looking up users and groups, glibc 2.36 crashes when some of its allocations
 * fail: each look-up counts as one. */
static void *
look_up(const char *function, const char *name)
{
	void *(*real)(const char *), *found;
	uint64_t left;

	if (fails())
		return NULL;
	left = short_alloc;
	short_alloc = 0;
	*(void **)&real = dlsym(RTLD_NEXT, function);
	found = real(name);
	short_alloc = left;
	return found;
}

struct passwd *
getpwnam(const char *name)
{
	return look_up("getpwnam", name);
}

struct group *
getgrnam(const char *name)
{
	return look_up("getgrnam", name);
}
