/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Two ends of a pipe and messages that can be told apart, for tests of imsg.
 */
#ifndef IMSG_ENDS_H
#define IMSG_ENDS_H

#include <sys/socket.h>
#include <sys/stat.h>
#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/imsg.h"
#include "check.h"

#define FD_MARK 0x80000000U
#define MAXFDS	64    /* most that an imsgbuf keeps */
#define MAXREAD 65536 /* most that it keeps unread */

/* Two ends: a writes, b reads. */
static struct imsgbuf a, b;
static int afd, bfd;

static inline unsigned int
count_fds(void)
{
	unsigned int n = 0;
	int fd;

	for (fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

static inline void
ends_open(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) == -1)
		err(1, "socketpair");
	afd = pair[0];
	bfd = pair[1];
	if (imsgbuf_init(&a, afd) == -1 || imsgbuf_init(&b, bfd) == -1)
		err(1, "imsgbuf_init");
	imsgbuf_allow_fdpass(&a);
	imsgbuf_allow_fdpass(&b);
}

static inline void
ends_close(void)
{
	imsgbuf_clear(&a);
	imsgbuf_clear(&b);
	if (afd != -1)
		close(afd);
	close(bfd);
}

/* A descriptor that can be told from others by its inode. */
static inline int
new_fd(ino_t *ino)
{
	struct stat st;
	int fds[2];

	if (pipe(fds) == -1 || fstat(fds[0], &st) == -1)
		err(1, "pipe");
	close(fds[1]);
	if (ino != NULL)
		*ino = st.st_ino;
	return fds[0];
}

static inline int
is_fd(int fd, ino_t ino)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_ino == ino;
}

/* The n-th message of a test is of a size and content that n tells. */
static inline unsigned char
byte_of(unsigned int n, size_t i)
{
	return n * 7 + i * 13 + i / 256;
}

static inline void
compose(unsigned int n, size_t len, int fd)
{
	static unsigned char buf[MAX_IMSGSIZE];
	size_t i;

	for (i = 0; i < len; i++)
		buf[i] = byte_of(n, i);
	CHECK(imsg_compose(&a, n, n + 1000, n + 2000, fd, buf, len) == 1);
}

static inline int
is_message(struct imsg *imsg, unsigned int n, size_t len)
{
	static unsigned char buf[MAX_IMSGSIZE];
	size_t i;

	if (imsg_get_type(imsg) != n || imsg_get_id(imsg) != n + 1000 ||
	    imsg->hdr.pid != n + 2000 || imsg_get_len(imsg) != len ||
	    imsg->hdr.len != len + IMSG_HEADER_SIZE)
		return 0;
	if (len > 0 && imsg_get_data(imsg, buf, len) == -1)
		return 0;
	for (i = 0; i < len; i++)
		if (buf[i] != byte_of(n, i))
			return 0;
	return imsg_get_len(imsg) == 0;
}

/* Sends len bytes with n descriptors. */
static inline void
send_raw(const void *data, size_t len, const int *fds, size_t n)
{
	union {
		struct cmsghdr hdr;
		char buf[CMSG_SPACE(sizeof(int) * 16)];
	} ctl;
	struct iovec iov = { (void *)(uintptr_t)data, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	memset(&ctl, 0, sizeof(ctl));
	if (n > 0) {
		ctl.hdr.cmsg_level = SOL_SOCKET;
		ctl.hdr.cmsg_type = SCM_RIGHTS;
		ctl.hdr.cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(&ctl.hdr), fds, n * sizeof(int));
		msg.msg_control = &ctl;
		msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
	}
	if (sendmsg(afd, &msg, 0) != (ssize_t)len)
		err(1, "sendmsg");
}

#endif
