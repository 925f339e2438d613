/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * An engine that adds entries without end, on a machine with little memory: the
 * limit of entries depends on the size of the memory.
 */
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "common/log.h"
#include "rogue.h"

#define MOST 20000 /* entries: more than a small machine may hold */

/* --- an engine that fills the table ------------------------------------------
 */

static void
key(struct wire_mfc *m, int v6, uint32_t i)
{
	attack_good_mfc(m, v6);
	m->key.src.b[12] = 11;
	m->key.src.b[13] = i >> 16;
	m->key.src.b[14] = i >> 8;
	m->key.src.b[15] = i;
}

/* Adds so many keys from the first on.  Returns how many were refused because
 * there is no room. */
static size_t
tell(uint32_t type, uint8_t how, int v6, uint32_t first, size_t n)
{
	struct wire_mfc m[WIRE_BATCH];
	struct wire_key k[WIRE_BATCH];
	size_t i, some, refused = 0;
	int error = ENOSPC, failed;

	for (; n > 0; n -= some, first += some) {
		some = n < WIRE_BATCH ? n : WIRE_BATCH;
		for (i = 0; i < some; i++) {
			key(&m[i], v6, first + i);
			m[i].how = how;
			k[i] = m[i].key;
		}
		if (type == IMSG_MFC_ADD)
			put_message(type, 0, -1, m, some * sizeof(*m));
		else
			put_message(type, 0, -1, k, some * sizeof(*k));
		failed = read_results(1, &error);
		if (failed == -1 || error != ENOSPC)
			fatalx(EX_SOFTWARE, "%zu entries from %u: %d, errno %d",
			    some, first, failed, error);
		refused += failed;
	}
	return refused;
}

/* Adds new entries until there is no room. */
static size_t
fill(int v6)
{
	size_t n = 0, refused = 0;

	for (; refused == 0 && n < MOST; n += WIRE_BATCH - refused)
		refused = tell(IMSG_MFC_ADD, 0, v6, n, WIRE_BATCH);
	if (refused == 0)
		fatalx(EX_SOFTWARE, "%zu entries, and no end of them", n);
	return n;
}

/* There are n entries and no room for another one; all other verbs still
 * work. */
static void
expect_full(const char *after, size_t refused, int v6, uint32_t n)
{
	if (refused > 0)
		fatalx(EX_SOFTWARE, "%s: refused %zu times", after, refused);
	if (tell(IMSG_MFC_ADD, 0, v6, n, 1) != 1)
		fatalx(EX_SOFTWARE, "%s: there is room again", after);
}

static void
fill_table(const struct attack *a)
{
	int v6 = a->len != 0;
	size_t n = fill(v6), refused;

	refused = tell(IMSG_MFC_ADD, 0, v6, 0, n);
	expect_full("the same again", refused, v6, n);
	refused = tell(IMSG_MFC_ADD, MFC_REMAKE, v6, 0, n);
	expect_full("made anew", refused, v6, n);
	refused = tell(IMSG_MFC_DEL, 0, v6, n + 1, WIRE_BATCH);
	expect_full("deletes of what is not there", refused, v6, n);
	refused = tell(IMSG_MFC_DEL, 0, v6, 0, 2) +
	    tell(IMSG_MFC_DEL, 0, v6, 0, 2) + tell(IMSG_MFC_ADD, 0, v6, 0, 2);
	expect_full("deleted twice", refused, v6, n);
	refused = tell(IMSG_MFC_ADD, MFC_UNMAKE, v6, 0, 2) +
	    tell(IMSG_MFC_ADD, 0, v6, 0, 2);
	expect_full("unmade", refused, v6, n);
	(void)tell(IMSG_MFC_DEL, 0, v6, 0, n);
	if ((refused = fill(v6)) != n)
		fatalx(EX_SOFTWARE, "room for %zu, then for %zu", n, refused);
	(void)tell(IMSG_MFC_DEL, 0, v6, 0, n);
}

/* However often a few entries are added again, there is room for others, also
 * for those of the next engine. */
static void
fill_by_few(const struct attack *a)
{
	int i, v6 = a->len != 0;
	size_t refused = 0;

	for (i = 0; i < MOST / WIRE_BATCH; i++)
		refused += tell(IMSG_MFC_ADD, a->type, v6, 0, WIRE_BATCH);
	refused += tell(IMSG_MFC_ADD, 0, v6, WIRE_BATCH, WIRE_BATCH);
	(void)tell(IMSG_MFC_DEL, 0, v6, 0, 2 * WIRE_BATCH);
	if (refused > 0)
		fatalx(EX_SOFTWARE, "refused %zu times", refused);
}

/* --- a machine with little memory --------------------------------------------
 */

/* Answers sysinfo(2) for those who are filtered, until there are none. */
static void __attribute__((noreturn)) answer(int fd, unsigned long bytes)
{
	struct sysinfo si = { .totalram = bytes,
		.freeram = bytes / 2,
		.procs = 1,
		.mem_unit = 1 };
	struct iovec local = { &si, sizeof(si) }, remote = local;
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct seccomp_notif_resp resp;
	struct seccomp_notif req;

	while (poll(&pfd, 1, -1) == 1 && pfd.revents & POLLIN) {
		memset(&req, 0, sizeof(req));
		memset(&resp, 0, sizeof(resp));
		if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &req) == -1)
			continue;
		remote.iov_base = (void *)(uintptr_t)req.data.args[0];
		resp.id = req.id;
		if (process_vm_writev(req.pid, &local, 1, &remote, 1, 0) == -1)
			resp.error = -errno;
		(void)ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &resp);
	}
	_exit(0);
}

/* It must not be a child of the daemon, which would not know it. */
static void
answer_aside(int pair, unsigned long bytes)
{
	struct imsgbuf ib;
	struct imsg imsg;
	pid_t pid;

	if ((pid = fork()) == -1)
		err(EX_OSERR, "fork");
	if (pid != 0)
		_exit(0);
	imsgbuf_init(&ib, pair);
	imsgbuf_allow_fdpass(&ib);
	if (imsgbuf_read(&ib) != 1 || imsgbuf_get(&ib, &imsg) != 1)
		errx(EX_OSERR, "no descriptor");
	close(pair);
	answer(imsg_get_fd(&imsg), bytes);
}

int
small_machine(unsigned long bytes, char **command)
{
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sysinfo, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { .len = 4, .filter = f };
	struct imsgbuf ib;
	int fd, pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1 ||
	    (pid = fork()) == -1)
		err(EX_OSERR, "fork");
	if (pid == 0) {
		close(pair[0]);
		answer_aside(pair[1], bytes);
	}
	close(pair[1]);
	(void)waitpid(pid, NULL, 0);
	fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);
	if (fd == -1)
		err(EX_UNAVAILABLE, "seccomp");
	imsgbuf_init(&ib, pair[0]);
	imsgbuf_allow_fdpass(&ib);
	if (imsg_compose(&ib, 1, 0, 0, fd, NULL, 0) == -1 ||
	    imsgbuf_flush(&ib) == -1)
		err(EX_OSERR, "descriptor");
	execv(command[0], command);
	err(EX_OSERR, "%s", command[0]);
}

void
attacks_make_fill(void)
{
	struct attack *a;
	int v6;

	for (v6 = 0; v6 <= 1; v6++) {
		a = attack_add("engine", "fill", LIVES, fill_table);
		a->len = v6;
		snprintf(a->name, sizeof(a->name), "fill-v%d", v6 ? 6 : 4);
		a = attack_add("engine", "fill", LIVES, fill_by_few);
		a->len = v6;
		snprintf(a->name, sizeof(a->name), "fill-few-v%d", v6 ? 6 : 4);
		a = attack_add("engine", "fill", LIVES, fill_by_few);
		a->len = v6;
		a->type = MFC_REMAKE;
		snprintf(a->name, sizeof(a->name), "fill-remake-v%d",
		    v6 ? 6 : 4);
	}
}
