/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * kernel_without: runs a command as if on a kernel that lacks something.
 *
 *	kernel_without WHAT[,WHAT ...] COMMAND ...
 *
 * WHAT: v4, v6 (multicast routing of that family), pim, proxy (its entries of
 * any source): a seccomp filter answers the options of the multicast routing
 * sockets with ENOPROTOOPT, as a kernel that was built without them does.
 * landlock, seccomp: not there.  filters: seccomp is there, but takes none.
 * files: the system has no descriptor left for accepted connections and for
 * datagram sockets.
 */
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <err.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MRT_FIRST     200 /* MRT_INIT and MRT6_INIT */
#define MRT_LAST      212
#define MRT_PIM_OPT   208
#define MRT_ADD_PROXY 210
#define MRT_DEL_PROXY 211

#define ARG(n) (offsetof(struct seccomp_data, args) + 8 * (n))

/* setsockopt of this level with first <= option <= last is refused. */
static void
refuse(unsigned int level, unsigned int first, unsigned int last)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setsockopt, 0, 6),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG(1)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, level, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG(2)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 0, 2),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, last, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOPROTOOPT),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == -1)
		err(71, "seccomp");
}

/* The call fails with the error when the bits of mask in that argument have the
 * value. */
static void
refuse_call(unsigned int nr, int arg, unsigned int mask, unsigned int value,
    unsigned int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, ARG(arg)),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == -1)
		err(71, "seccomp");
}

int
main(int argc, char *argv[])
{
	char *what, *next;

	if (argc < 3)
		errx(64, "usage: kernel_without WHAT[,WHAT ...] COMMAND ...");
	for (next = argv[1]; (what = strsep(&next, ",")) != NULL;) {
		if (strcmp(what, "v4") == 0) {
			refuse(IPPROTO_IP, MRT_FIRST, MRT_LAST);
		} else if (strcmp(what, "v6") == 0) {
			refuse(IPPROTO_IPV6, MRT_FIRST, MRT_LAST);
		} else if (strcmp(what, "pim") == 0) {
			refuse(IPPROTO_IP, MRT_PIM_OPT, MRT_PIM_OPT);
			refuse(IPPROTO_IPV6, MRT_PIM_OPT, MRT_PIM_OPT);
		} else if (strcmp(what, "proxy") == 0) {
			refuse(IPPROTO_IP, MRT_ADD_PROXY, MRT_DEL_PROXY);
			refuse(IPPROTO_IPV6, MRT_ADD_PROXY, MRT_DEL_PROXY);
		} else if (strcmp(what, "landlock") == 0) {
			refuse_call(SYS_landlock_create_ruleset, 0, 0, 0,
			    ENOSYS);
		} else if (strcmp(what, "seccomp") == 0) {
			refuse_call(SYS_seccomp, 0, 0, 0, ENOSYS);
			refuse_call(SYS_prctl, 0, -1, PR_GET_SECCOMP, EINVAL);
		} else if (strcmp(what, "filters") == 0) {
			refuse_call(SYS_seccomp, 0, 0, 0, ENOMEM);
			refuse_call(SYS_prctl, 0, -1, PR_SET_SECCOMP, ENOMEM);
		} else if (strcmp(what, "files") == 0) {
			refuse_call(SYS_accept4, 0, 0, 0, ENFILE);
			refuse_call(SYS_socket, 1, 0xf, SOCK_DGRAM, ENFILE);
		} else {
			errx(64, "%s: not known", what);
		}
	}
	execvp(argv[2], argv + 2);
	err(71, "%s", argv[2]);
}
