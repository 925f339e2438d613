/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Lists of the system calls that each process may make, for seccomp.
 *
 * The lists have what glibc and musl call, on 64-bit and 32-bit machines.
 * Names that an architecture does not have are skipped there.  Where the two
 * libraries differ, as traced with the filters on (x86-64, and i386 for musl):
 *
 *	glibc				musl
 *	openat				open
 *	newfstatat			fstat lstat; i386: statx
 *	clone (after clone3)		fork
 *	set_robust_list			set_tid_address
 *	epoll_wait			epoll_pwait
 *	clock_nanosleep			nanosleep
 *	brk				mmap
 *	getuid geteuid getgid getegid	none of them
 *	sysinfo				-
 *	names with _time64 first	those only for times beyond 32 bits
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <linux/mroute.h>
#include <linux/mroute6.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "log.h"
#include "sandbox.h"
#include "violation.h"

#ifdef __GLIBC__
#include <malloc.h>
#define TRIM() malloc_trim(0)
#else
#define TRIM() 0
#endif

/* musl has only one of these options, named SO_RCVTIMEO. */
#ifndef SO_RCVTIMEO_OLD
#define SO_RCVTIMEO_OLD SO_RCVTIMEO
#define SO_RCVTIMEO_NEW SO_RCVTIMEO
#endif

/* All processes: memory, time, messages over descriptors that they have. */
static const char base[] =
    "read readv recvmsg write writev sendmsg close brk mremap munmap "
    "madvise futex futex_time64 clock_gettime clock_gettime64 "
    "gettimeofday time getrandom getpid epoll_wait epoll_pwait "
    "epoll_pwait2 epoll_ctl poll ppoll ppoll_time64 rt_sigreturn "
    "sigreturn rt_sigprocmask sigprocmask restart_syscall sysinfo exit "
    "exit_group";

/* The engine: files that the parent has opened, interface events, joins. */
static const char engine[] =
    "pread64 fstat fstat64 newfstatat statx lseek _llseek recvfrom recv "
    "sendto send getrlimit ugetrlimit";

/* The control process: clients. */
static const char control[] = "accept4 getsockopt";

/* A nursery: its child, and what the child calls before its own list is on. */
static const char nurseries[] =
    "fork wait4 waitpid waitid kill rt_sigtimedwait "
    "rt_sigtimedwait_time64 rt_sigaction sigaction gettid getppid "
    "set_robust_list set_tid_address rseq setrlimit prctl seccomp dup getuid "
    "geteuid getgid getegid getuid32 geteuid32 getgid32 getegid32";

/* Engine and control at their start. */
static const char starts[] =
    "epoll_create1 epoll_create eventfd2 socketpair bind getsockname pipe2";

/* The reader: files and directories. */
static const char reader[] =
    "pread64 fstatfs fstatfs64 fstat fstat64 newfstatat stat stat64 "
    "lstat lstat64 fstatat64 statx lseek _llseek getdents "
    "getdents64 readlink readlinkat dup geteuid geteuid32";

/* The parent: the log, messages to nurseries, upcalls, the files that it
 * removes at its end. */
static const char parent[] =
    "sched_yield unlinkat getsockname ftruncate ftruncate64 recv recvfrom send "
    "sendto connect socketpair dup dup2 dup3 wait4 waitpid waitid nanosleep "
    "clock_nanosleep clock_nanosleep_time64 getppid getuid getrlimit "
    "ugetrlimit";

static scmp_filter_ctx ctx;

static void
check(int rc, const char *what)
{
	if (rc == 0)
		return;
	errno = -rc;
	fatal(EX_OSERR, "seccomp: %s", what);
}

/* Allows system calls, whose names have blanks between them. */
static void
allow(const char *names)
{
	char *copy = strdup(names), *rest = copy, *name;
	int nr;

	if (copy == NULL)
		fatal(EX_OSERR, "seccomp");
	while ((name = strsep(&rest, " ")) != NULL) {
		nr = seccomp_syscall_resolve_name(name);
		if (nr != __NR_SCMP_ERROR)
			check(seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 0),
			    name);
	}
	free(copy);
}

/* Allows a system call if its arguments compare as args says. */
static void
allow_if(const char *name, unsigned int n, const struct scmp_arg_cmp *args)
{
	int nr = seccomp_syscall_resolve_name(name);

	if (nr != __NR_SCMP_ERROR)
		check(seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, nr, n, args),
		    name);
}

/* Allows to map memory, but not executable: data must not become code. */
static void
allow_memory(void)
{
	struct scmp_arg_cmp no_exec = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

	allow_if("mmap", 1, &no_exec);
	allow_if("mmap2", 1, &no_exec);
	allow_if("mprotect", 1, &no_exec);
}

static void
allow_fcntl(int command)
{
	struct scmp_arg_cmp arg = SCMP_A1(SCMP_CMP_EQ, command, 0);

	allow_if("fcntl", 1, &arg);
	allow_if("fcntl64", 1, &arg);
}

/* Allows fcntl(2) for flags and copies only.  F_SETOWN and F_SETSIG would let a
 * descriptor that becomes ready send any signal to any process. */
static void
allow_descriptors(void)
{
	static const int commands[] = { F_GETFD, F_SETFD, F_GETFL, F_SETFL,
		F_DUPFD_CLOEXEC };
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		allow_fcntl(commands[i]);
}

#if defined(SANITIZED)
/* The leak check needs ptrace(2), which is forbidden; valgrind finds leaks. */
const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

/* Allows what only the sanitizers call. */
static void
allow_tools(void)
{
	allow("sigaltstack rt_sigaction readlink readlinkat gettid sched_yield "
	      "sched_getaffinity nanosleep clock_nanosleep set_robust_list "
	      "rseq getuid geteuid personality uname");
}
#elif defined(VALGRIND)
/* Allows what only valgrind calls.  It executes code that it has written to
 * memory. */
static void
allow_tools(void)
{
	allow("mmap mmap2 gettid pipe pipe2 sched_yield readlink readlinkat "
	      "rt_sigtimedwait rt_sigtimedwait_time64");
	allow_fcntl(F_DUPFD);
}
#else
static void
allow_tools(void)
{
}
#endif

/* Allows prlimit64(2) on this process: with n 2 only to read limits, with n 1
 * also to set them. */
static void
allow_limits(unsigned int n)
{
	struct scmp_arg_cmp args[] = { SCMP_A0(SCMP_CMP_EQ, 0, 0),
		SCMP_A2(SCMP_CMP_EQ, 0, 0) };

	allow_if("prlimit64", n, args);
}

static void
allow_socket(int af, int type)
{
	struct scmp_arg_cmp args[] = {
		SCMP_A0(SCMP_CMP_EQ, af, 0),
		SCMP_A1(SCMP_CMP_MASKED_EQ,
		    (scmp_datum_t) ~(SOCK_CLOEXEC | SOCK_NONBLOCK) & 0xffffffff,
		    type),
		SCMP_A2(SCMP_CMP_EQ, 0, 0),
	};

	allow_if("socket", 3, args);
}

static void
allow_call_option(const char *call, int level, int first, int last)
{
	struct scmp_arg_cmp args[2] = { SCMP_A1(SCMP_CMP_EQ, level, 0) };

	for (; first <= last; first++) {
		args[1] = SCMP_A2(SCMP_CMP_EQ, first, 0);
		allow_if(call, 2, args);
	}
}

static void
allow_option(int level, int first, int last)
{
	allow_call_option("setsockopt", level, first, last);
}

static void
allow_ioctl(unsigned long request)
{
	struct scmp_arg_cmp arg = SCMP_A1(SCMP_CMP_EQ, request, 0);

	allow_if("ioctl", 1, &arg);
}

static void
allow_joins(void)
{
	static const int levels[] = { IPPROTO_IP, IPPROTO_IPV6 };
	size_t i;

	allow_socket(AF_INET, SOCK_DGRAM);
	allow_socket(AF_INET6, SOCK_DGRAM);
	allow_ioctl(SIOCGIFNAME); /* whether an interface still exists */
	for (i = 0; i < 2; i++) {
		allow_option(levels[i], MCAST_JOIN_GROUP, MCAST_JOIN_GROUP);
		allow_option(levels[i], MCAST_LEAVE_GROUP, MCAST_MSFILTER);
	}
}

static void
allow_counters(void)
{
	allow_ioctl(SIOCGETSGCNT);
	allow_ioctl(SIOCGETSGCNT_IN6);
}

/* Opens files and directories, but creates and changes none. */
static void
allow_reading(void)
{
	struct scmp_arg_cmp flags = SCMP_A1(SCMP_CMP_MASKED_EQ,
	    O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY), 0);

	allow(reader);
	allow_if("open", 1, &flags);
	flags.arg++;
	allow_if("openat", 1, &flags);
}

static void
allow_parent(void)
{
	allow(parent);
	allow_limits(2);
	/* to connect again to a log that was restarted */
	allow_socket(AF_UNIX, SOCK_DGRAM);
	/* to check the sockets of HOLD */
	allow_call_option("getsockopt", SOL_SOCKET, SO_TYPE, SO_TYPE);
	/* to know the process that asks to take over */
	allow("accept4");
	allow_call_option("getsockopt", SOL_SOCKET, SO_PEERCRED, SO_PEERCRED);
	allow_option(IPPROTO_IP, MRT_ADD_VIF, MRT_DEL_MFC);
	allow_option(IPPROTO_IP, MRT_ADD_MFC_PROXY, MRT_DEL_MFC_PROXY);
	allow_option(IPPROTO_IPV6, MRT6_ADD_MIF, MRT6_DEL_MFC);
	allow_option(IPPROTO_IPV6, MRT6_ADD_MFC_PROXY, MRT6_DEL_MFC_PROXY);
	allow_counters();
	allow_ioctl(SIOCGETVIFCNT);
	allow_ioctl(SIOCGETMIFCNT_IN6);
}

/* Allows to make processes, but no threads and no namespaces.  A filter cannot
 * see the arguments of clone3(2), which are in memory, so clone3(2) fails with
 * ENOSYS and libc uses clone(2). */
static void
allow_fork(void)
{
	struct scmp_arg_cmp plain = SCMP_A0(SCMP_CMP_MASKED_EQ,
	    ~(scmp_datum_t)(CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | 0xff),
	    0);

	allow_if("clone", 1, &plain);
	check(seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3),
		  0),
	    "clone3");
}

static void
allow_nursery(void)
{
	allow(nurseries);
	allow_fork();
	allow(starts);
	allow(engine);
	allow(control);
	allow_limits(1);
	allow_joins();
	allow_counters();
	allow_socket(AF_NETLINK, SOCK_RAW);
	allow_option(SOL_SOCKET, SO_RCVBUF, SO_RCVBUF);
	allow_option(SOL_SOCKET, SO_RCVTIMEO_OLD, SO_RCVTIMEO_OLD);
	allow_option(SOL_SOCKET, SO_RCVTIMEO_NEW, SO_RCVTIMEO_NEW);
	allow_option(SOL_NETLINK, NETLINK_GET_STRICT_CHK,
	    NETLINK_GET_STRICT_CHK);
}

/* Gives the memory of one object's code and constants back to the kernel.  The
 * kernel reads a page from the file again when it is used. */
static int
give_back(struct dl_phdr_info *info, size_t size, void *arg)
{
	const ElfW(Phdr) *p = info->dlpi_phdr, *end = p + info->dlpi_phnum;
	uintptr_t page = sysconf(_SC_PAGESIZE), at;

	(void)size;
	(void)arg;
	for (; p < end; p++) {
		if (p->p_type != PT_LOAD || p->p_flags & PF_W)
			continue;
		at = (info->dlpi_addr + p->p_vaddr) & ~(page - 1);
		(void)madvise((void *)at, p->p_memsz, MADV_DONTNEED);
	}
	return 0;
}

/* Gives back memory that only the start needed, which is most of the memory. */
static void
forget_start(void)
{
	(void)TRIM(); /* making the filter took much memory */
	(void)dl_iterate_phdr(give_back, NULL);
}

/* 1: the kernel has seccomp; 0: it has not, which is logged. */
static int
is_there(void)
{
	if (prctl(PR_GET_SECCOMP) != -1 || errno != EINVAL)
		return 1;
	log_notice("a kernel without seccomp: system calls are not filtered");
	return 0;
}

static void
build(enum sandbox which)
{
	if ((ctx = seccomp_init(SCMP_ACT_TRAP)) == NULL)
		fatalx(EX_OSERR, "seccomp");
	allow(base);
	allow_memory();
	allow_descriptors();
	allow_tools();
	switch (which) {
	case SANDBOX_NURSERY:
		allow_nursery();
		break;
	case SANDBOX_ENGINE:
		allow(engine);
		allow_limits(2);
		allow_joins();
		allow_counters();
		break;
	case SANDBOX_CONTROL:
		allow(control);
		break;
	case SANDBOX_READERS:
		allow(nurseries);
		allow_fork();
		allow_reading();
		allow_limits(1);
		break;
	case SANDBOX_READER:
		allow_reading();
		break;
	case SANDBOX_PARENT:
		allow_parent();
		break;
	}
}

void
sandbox_enter(enum sandbox which)
{
	if (!is_there())
		return;
	violation_catch(which == SANDBOX_PARENT);
	build(which);
	check(seccomp_load(ctx), "cannot load the filter");
	seccomp_release(ctx);
	forget_start();
}

void
sandbox_write(int fd)
{
	if (!is_there())
		return;
	build(SANDBOX_PARENT);
	check(seccomp_export_bpf(ctx, fd), "cannot write the filter");
	seccomp_release(ctx);
}
