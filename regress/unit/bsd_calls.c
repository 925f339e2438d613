/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * The system calls of the BSDs by which processes give up rights, for bsd.sh:
 * each writes a line, obeys the rules of its manual that matter here, and fails
 * when its line begins with what FAIL in the environment says.
 */
#include <sys/capsicum.h>
#include <sys/procctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <errno.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/confine.h"
#include "common/log.h"
#include "common/sandbox.h"
#include "service/paths.h"

/* The linker puts these in the place of libc's functions (--wrap). */
int __wrap_chdir(const char *);
int __wrap_chroot(const char *);
int __wrap_setgroups(size_t, const gid_t *);
int __wrap_setgid(gid_t);
int __wrap_setegid(gid_t);
int __wrap_setuid(uid_t);
int __wrap_seteuid(uid_t);
gid_t __wrap_getgid(void);
gid_t __wrap_getegid(void);
uid_t __wrap_getuid(void);
uid_t __wrap_geteuid(void);
int __wrap_setrlimit(int, const struct rlimit *);
struct passwd *__wrap_getpwnam(const char *);

/* Of each kind: real, effective, saved. */
struct ids {
	unsigned int real, effective, saved;
};

static struct ids user, group;
static const char *promised; /* by pledge(2); NULL: it was not called */
static int unveil_locked;
static int in_capability_mode;

static const char known_promises[] =
    " stdio rpath wpath cpath dpath tmppath inet mcast fattr chown flock unix "
    "dns getpw sendfd recvfd tape tty proc exec prot_exec settime ps vminfo id "
    "pf route wroute audio video bpf unveil error disklabel drm vmm ";

/* Prints the call.  -1 with errno when FAIL names the call. */
static int __attribute__((format(printf, 1, 2))) call(const char *fmt, ...)
{
	const char *fail = getenv("FAIL"), *error = getenv("ERROR");
	char line[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	printf("%s\n", line);
	if (fail == NULL || strncmp(line, fail, strlen(fail)) != 0)
		return 0;
	errno = error != NULL && strcmp(error, "ENOSYS") == 0 ? ENOSYS : EPERM;
	return -1;
}

/* OpenBSD */

/* 1 when it is one of the words. */
static int
has(const char *words, const char *word)
{
	size_t n = strlen(word);
	const char *p = words;

	while (n > 0 && (p = strstr(p, word)) != NULL) {
		if ((p == words || p[-1] == ' ') &&
		    (p[n] == ' ' || p[n] == '\0'))
			return 1;
		p += n;
	}
	return 0;
}

int
pledge(const char *promises, const char *execpromises)
{
	char *copy = strdup(promises), *rest = copy, *word;

	if (call("pledge %s", promises) == -1)
		return -1;
	if (execpromises != NULL)
		call("pledge for exec: %s", execpromises);
	while ((word = strsep(&rest, " ")) != NULL) {
		if (!has(known_promises, word)) {
			errno = EINVAL;
			return -1;
		}
		if (promised != NULL && !has(promised, word)) {
			errno = EPERM;
			return -1;
		}
	}
	free(copy);
	promised = promises;
	return 0;
}

int
unveil(const char *path, const char *permissions)
{
	if (path == NULL || permissions == NULL) {
		if (call("unveil locked") == -1)
			return -1;
		unveil_locked = 1;
		return 0;
	}
	if (call("unveil %s %s", path, permissions) == -1)
		return -1;
	if (unveil_locked) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

/* FreeBSD */

int
cap_enter(void)
{
	if (call("cap_enter") == -1)
		return -1;
	in_capability_mode = 1;
	return 0;
}

int
cap_getmode(unsigned int *mode)
{
	*mode = in_capability_mode;
	return 0;
}

int
cap_rights_limit(int fd, const cap_rights_t *rights)
{
	static const struct {
		uint64_t right;
		const char *name;
	} names[] = { { CAP_READ, "read" }, { CAP_WRITE, "write" },
		{ CAP_FSTAT, "fstat" }, { CAP_FCNTL, "fcntl" },
		{ CAP_IOCTL, "ioctl" }, { CAP_EVENT, "event" },
		{ CAP_SEEK, "seek" }, { CAP_LOOKUP, "lookup" },
		{ CAP_FSTATFS, "fstatfs" }, { CAP_FSTATAT, "fstatat" } };
	uint64_t rest = rights->bits;
	char line[128] = "";
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((rest & names[i].right) != 0) {
			strcat(line, " ");
			strcat(line, names[i].name);
			rest &= ~names[i].right;
		}
	return call("cap_rights_limit %d%s%s", fd, line, rest ? " more" : "");
}

int
procctl(idtype_t type, id_t id, int command, void *arg)
{
	if (type != P_PID || id != (id_t)getpid() ||
	    command != PROC_TRAPCAP_CTL ||
	    *(int *)arg != PROC_TRAPCAP_CTL_ENABLE)
		return call("procctl of something else");
	return call("procctl trap");
}

/* all */

int
__wrap_chroot(const char *dir)
{
	return call("chroot %s", dir);
}

int
__wrap_chdir(const char *dir)
{
	return call("chdir %s", dir);
}

int
__wrap_setgroups(size_t n, const gid_t *groups)
{
	if (n != 1)
		return call("setgroups of %zu", n);
	return call("setgroups %u", groups[0]);
}

/* Prints nothing for calls about the process itself. */
static int
is_root(void)
{
	if (user.effective == 0)
		return 1;
	errno = EPERM;
	return 0;
}

/* Sets all three IDs, unless KEEP names the call: it then reports success and
 * does nothing. */
static int
set_all(const char *name, struct ids *ids, unsigned int id)
{
	const char *keep = getenv("KEEP");

	if (call("%s %u", name, id) == -1 || !is_root())
		return -1;
	if (keep == NULL || strcmp(keep, name) != 0)
		ids->real = ids->effective = ids->saved = id;
	else if (getenv("SAVED") != NULL)
		ids->real = ids->effective = id;
	return 0;
}

static int
set_effective(struct ids *ids, unsigned int id)
{
	if (id != ids->real && id != ids->saved && !is_root())
		return -1;
	ids->effective = id;
	return 0;
}

int
__wrap_setgid(gid_t id)
{
	return set_all("setgid", &group, id);
}

int
__wrap_setuid(uid_t id)
{
	return set_all("setuid", &user, id);
}

int
__wrap_setegid(gid_t id)
{
	return set_effective(&group, id);
}

int
__wrap_seteuid(uid_t id)
{
	return set_effective(&user, id);
}

gid_t
__wrap_getgid(void)
{
	return group.real;
}

gid_t
__wrap_getegid(void)
{
	return group.effective;
}

uid_t
__wrap_getuid(void)
{
	return user.real;
}

uid_t
__wrap_geteuid(void)
{
	return user.effective;
}

int
__wrap_setrlimit(int what, const struct rlimit *rl)
{
	const char *name = what == RLIMIT_CORE ? "core" :
	    what == RLIMIT_FSIZE	       ? "fsize" :
	    what == RLIMIT_NPROC	       ? "nproc" :
	    what == RLIMIT_NOFILE	       ? "nofile" :
						 "other";

	if (rl->rlim_cur != rl->rlim_max)
		return call("setrlimit %s unequal", name);
	if (what == RLIMIT_NOFILE && rl->rlim_max > 128)
		return call("setrlimit nofile many");
	return call("setrlimit %s %llu", name,
	    (unsigned long long)rl->rlim_max);
}

struct passwd *
__wrap_getpwnam(const char *name)
{
	static struct passwd pw = { .pw_uid = 701, .pw_gid = 702 };

	if (strcmp(name, "root") == 0)
		pw.pw_uid = 0;
	else if (strcmp(name, "_smcroute") != 0)
		return NULL;
	return &pw;
}

static void
sandboxes(char **names)
{
	static const char *const all[] = {
		[SANDBOX_NURSERY] = "nursery",
		[SANDBOX_ENGINE] = "engine",
		[SANDBOX_CONTROL] = "control",
		[SANDBOX_READERS] = "readers",
		[SANDBOX_READER] = "reader",
		[SANDBOX_PARENT] = "parent",
	};
	unsigned int i;

	for (; *names != NULL; names++)
		for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			if (strcmp(*names, all[i]) == 0)
				sandbox_enter(i);
}

/* FILE ... [-- FILE ...]: the first are to be read, the others removed. */
static void
paths(char **file)
{
	int reads = 1;

	for (; *file != NULL; file++)
		if (strcmp(*file, "--") == 0)
			reads = 0;
		else if (reads)
			paths_read(*file);
		else
			paths_remove(*file);
	printf("confine\n");
	paths_enter(paths_rules());
}

/* FUNCTION ARGUMENTS, of which there are enough. */
int
main(int argc, char **argv)
{
	const char *what = argv[1];

	if (argc < 2)
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (strcmp(what, "sandbox") == 0)
		sandboxes(argv + 2);
	else if (strcmp(what, "paths") == 0)
		paths(argv + 2);
	else if (strcmp(what, "rights") == 0)
		confine_rights(atoi(argv[2]), atoi(argv[3]), argc > 4);
	else if (strcmp(what, "child") == 0)
		confine_child(argv[2], argv[3], "");
	else if (strcmp(what, "unprivileged") == 0)
		confine_unprivileged();
	else if (strcmp(what, "nofork") == 0)
		confine_nofork();
	else if (strcmp(what, "files") == 0)
		confine_files(atoi(argv[2]));
	else
		return 1;
	return 0;
}
