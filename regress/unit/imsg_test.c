/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * imsg: streams cut anywhere, descriptors that must arrive with their message
 * and nowhere else, messages that lie.
 */
#include <sys/resource.h>
#include <errno.h>

#include "imsg_ends.h"

/*
 * The stream of the tests that cut it.
 */
#define NMSG 9

static const struct {
	size_t len;
	int with_fd;
} stream[NMSG] = {
	{ 0, 0 },
	{ 1, 1 },
	{ 17, 0 },
	{ 100, 0 },
	{ 0, 1 },
	{ 33, 1 },
	{ 300, 0 },
	{ 2, 1 },
	{ 5, 0 },
};
static ino_t inos[NMSG];
static unsigned int nread; /* of NMSG */
static int leave_fds;	   /* nobody takes them */

static void
compose_stream(void)
{
	unsigned int n;

	nread = 0;
	for (n = 0; n < NMSG; n++)
		compose(n, stream[n].len,
		    stream[n].with_fd ? new_fd(&inos[n]) : -1);
}

/* All that has come, which must be what is next. */
static void
read_stream(void)
{
	struct imsg imsg;
	int fd, rc;

	for (;;) {
		while ((rc = imsgbuf_get(&b, &imsg)) == 1) {
			CHECK(nread < NMSG &&
			    is_message(&imsg, nread, stream[nread].len));
			if (!leave_fds) {
				fd = imsg_get_fd(&imsg);
				CHECK(stream[nread].with_fd == (fd != -1));
				CHECK(fd == -1 || is_fd(fd, inos[nread]));
				CHECK(imsg_get_fd(&imsg) == -1);
				if (fd != -1)
					close(fd);
			}
			imsg_free(&imsg);
			nread++;
		}
		CHECK(rc == 0);
		if (recv(bfd, &fd, 1, MSG_PEEK) <= 0)
			return;
		CHECK(imsgbuf_read(&b) == 1);
	}
}

/*
 * Sends bytes [from, to) of what a has queued.  together: in one piece with
 * all their descriptors; else a new piece begins where a descriptor belongs.
 */
static void
send_queued(size_t from, size_t to, int together)
{
	int fds[NMSG];
	size_t i, n = 0, start = from;

	for (i = 0; i < a.nwfds; i++) {
		if (a.wfds[i].off < from || a.wfds[i].off >= to)
			continue;
		if (!together && a.wfds[i].off > start) {
			send_raw(a.wbuf + start, a.wfds[i].off - start, fds, n);
			start = a.wfds[i].off;
			n = 0;
		}
		fds[n++] = a.wfds[i].fd;
	}
	if (start < to)
		send_raw(a.wbuf + start, to - start, fds, n);
}

static void
test_splits(int together)
{
	size_t at, total = 1;
	unsigned int fds = count_fds();

	for (at = 0; at <= total; at++) {
		ends_open();
		compose_stream();
		total = imsgbuf_queuelen(&a);
		send_queued(0, at, together);
		read_stream();
		CHECK((nread == NMSG) == (at == total));
		send_queued(at, total, together);
		read_stream();
		CHECK(nread == NMSG);
		ends_close();
	}
	CHECK(total > 500 && count_fds() == fds);
}

static void
test_bytes(void)
{
	unsigned int fds = count_fds();
	size_t at, total;

	ends_open();
	compose_stream();
	total = imsgbuf_queuelen(&a);
	for (at = 0; at < total; at++) {
		send_queued(at, at + 1, 0);
		read_stream();
	}
	CHECK(nread == NMSG);
	ends_close();
	CHECK(count_fds() == fds);
}

/* What the writer itself sends; no other process takes the descriptors. */
static void
test_whole(void)
{
	unsigned int fds = count_fds(), before;

	for (leave_fds = 0; leave_fds <= 1; leave_fds++) {
		ends_open();
		before = count_fds();
		compose_stream();
		CHECK(count_fds() == before + 4);
		CHECK(imsgbuf_write(&a) == 0 && imsgbuf_queuelen(&a) == 0);
		CHECK(count_fds() == before); /* on their way */
		read_stream();
		CHECK(nread == NMSG && count_fds() == before);
		ends_close();
	}
	leave_fds = 0;
	CHECK(count_fds() == fds);
}

/* Read, and then neither taken nor freed. */
static void
test_clear_received(void)
{
	unsigned int fds = count_fds();
	int i;

	ends_open();
	compose_stream();
	CHECK(imsgbuf_write(&a) == 0);
	for (i = 0; i < 20; i++)
		CHECK(imsgbuf_read(&b) == 1);
	CHECK(b.nrfds == 4 && count_fds() == fds + 2 + 4);
	ends_close();
	CHECK(count_fds() == fds);
}

static void
test_clear_queued(void)
{
	unsigned int fds = count_fds(), i;

	ends_open();
	for (i = 0; i < 50; i++)
		compose(i, i, i % 2 ? new_fd(NULL) : -1);
	CHECK(count_fds() == fds + 2 + 25);
	imsgbuf_clear(&a);
	CHECK(count_fds() == fds + 2);
	imsgbuf_clear(&a);
	ends_close();
	CHECK(count_fds() == fds);
}

/* Without imsgbuf_allow_fdpass(). */
static void
test_no_fdpass(void)
{
	unsigned int fds = count_fds(), before;
	struct imsg imsg;
	int i, fd[3];

	ends_open();
	b.fdpass = 0;
	before = count_fds();
	compose(0, 10, -1);
	CHECK(imsgbuf_write(&a) == 0);
	CHECK(imsgbuf_read(&b) == 1 && imsgbuf_get(&b, &imsg) == 1);
	compose(1, 10, new_fd(NULL));
	CHECK(imsgbuf_write(&a) == 0);
	CHECK(imsgbuf_read(&b) == 1);
	CHECK(count_fds() == before);
	errno = 0;
	CHECK(imsgbuf_get(&b, &imsg) == -1 && errno == EBADMSG);
	ends_close();

	/* a descriptor that no message speaks of */
	ends_open();
	b.fdpass = 0;
	before = count_fds();
	compose(0, 10, -1);
	compose(1, 10, -1);
	for (i = 0; i < 3; i++)
		fd[i] = new_fd(NULL);
	send_raw(a.wbuf, a.wlen, fd, 3);
	for (i = 0; i < 3; i++)
		close(fd[i]);
	CHECK(imsgbuf_read(&b) == 1);
	CHECK(imsgbuf_get(&b, &imsg) == 1 && imsg_get_fd(&imsg) == -1);
	CHECK(imsgbuf_get(&b, &imsg) == 1 && imsg_get_fd(&imsg) == -1);
	CHECK(imsgbuf_get(&b, &imsg) == 0);
	CHECK(count_fds() == before);
	ends_close();
	CHECK(count_fds() == fds);
}

/* Descriptors beyond the limit are closed, and counted as lost. */
static void
test_many_fds(void)
{
	unsigned int fds = count_fds(), i;
	int fd;

	ends_open();
	for (i = 0; i < 3 * MAXFDS; i++) {
		fd = new_fd(NULL);
		send_raw("x", 1, &fd, 1);
		close(fd);
		(void)imsgbuf_read(&b); /* may well be an error */
	}
	CHECK(b.nrfds <= MAXFDS && count_fds() <= fds + 2 + MAXFDS);
	ends_close();
	CHECK(count_fds() == fds);
}

/* The process has no free descriptor when one comes: its message must not get
 * that of the next message. */
static void
test_no_descriptor(void)
{
	struct rlimit rl, low;
	struct imsg imsg;
	unsigned int fds = count_fds();
	ino_t ino[2];
	int fd, rc, last;

	ends_open();
	compose(0, 50, new_fd(&ino[0]));
	compose(1, 50, new_fd(&ino[1]));
	send_queued(0, 20, 0);
	CHECK(getrlimit(RLIMIT_NOFILE, &rl) == 0);
	if ((last = dup(bfd)) == -1)
		err(1, "dup");
	close(last);
	low = rl;
	low.rlim_cur = last;
	CHECK(setrlimit(RLIMIT_NOFILE, &low) == 0);
	rc = imsgbuf_read(&b);
	CHECK(setrlimit(RLIMIT_NOFILE, &rl) == 0);
	send_queued(20, imsgbuf_queuelen(&a), 0);
	while (rc != -1 && recv(bfd, &fd, 1, MSG_PEEK) > 0)
		rc = imsgbuf_read(&b);
	while (rc != -1 && (rc = imsgbuf_get(&b, &imsg)) == 1) {
		if ((fd = imsg_get_fd(&imsg)) == -1)
			continue;
		CHECK(is_fd(fd, ino[imsg_get_type(&imsg)]));
		close(fd);
	}
	ends_close();
	CHECK(count_fds() == fds);
}

/* Headers, true and false, with all of the payload or a byte less. */
static void
test_headers(void)
{
	static const struct {
		uint32_t len; /* as the header says */
		size_t sent;
		int rc;
		int error;
	} t[] = {
		{ 0, 16, -1, ERANGE },
		{ 0, 1000, -1, ERANGE },
		{ 1, 16, -1, ERANGE },
		{ 15, 16, -1, ERANGE },
		{ 15, 15, 0, 0 },
		{ 16, 0, 0, 0 },
		{ 16, 1, 0, 0 },
		{ 16, 15, 0, 0 },
		{ 16, 16, 1, 0 },
		{ 17, 16, 0, 0 },
		{ 17, 17, 1, 0 },
		{ 499, 498, 0, 0 },
		{ 500, 499, 0, 0 },
		{ 500, 500, 1, 0 },
		{ 500, 1000, 1, 0 },
		{ 501, 16, -1, ERANGE },
		{ 501, 501, -1, ERANGE },
		{ 65535, 16, -1, ERANGE },
		{ 65536, 16, -1, ERANGE },
		{ 0x7fffffff, 16, -1, ERANGE },
		{ FD_MARK, 16, -1, ERANGE },
		{ FD_MARK | 15, 16, -1, ERANGE },
		{ FD_MARK | 16, 16, -1, EBADMSG },
		{ FD_MARK | 100, 99, 0, 0 },
		{ FD_MARK | 100, 100, -1, EBADMSG },
		{ FD_MARK | 501, 16, -1, ERANGE },
		{ UINT32_MAX, 16, -1, ERANGE },
	};
	unsigned char buf[1000];
	struct imsg_hdr hdr;
	struct imsg imsg;
	size_t i;
	int rc;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		ends_open();
		CHECK(imsgbuf_set_maxsize(&b, 484) == 0);
		memset(buf, 0x5a, sizeof(buf));
		memset(&hdr, 0, sizeof(hdr));
		hdr.type = 7;
		hdr.len = t[i].len;
		memcpy(buf, &hdr, sizeof(hdr));
		if (t[i].sent > 0)
			send_raw(buf, t[i].sent, NULL, 0);
		CHECK(imsgbuf_read(&b) == 1);
		errno = 0;
		rc = imsgbuf_get(&b, &imsg);
		if (rc != t[i].rc || (rc == -1 && errno != t[i].error)) {
			fprintf(stderr, "len %#x, %zu bytes: %d, errno %d\n",
			    t[i].len, t[i].sent, rc, errno);
			check_failed++;
		}
		if (rc == 1)
			CHECK(imsg_get_type(&imsg) == 7 && imsg.fd == -1 &&
			    imsg_get_len(&imsg) == t[i].len - 16);
		ends_close();
	}
}

static void
test_maxsize(void)
{
	static unsigned char big[300000];
	unsigned int fds = count_fds();
	struct imsg imsg;
	size_t size;

	ends_open();
	errno = 0;
	CHECK(imsgbuf_set_maxsize(&a, FD_MARK - 16) == -1 && errno == EINVAL);
	CHECK(imsgbuf_set_maxsize(&a, FD_MARK) == -1);
	CHECK(imsgbuf_set_maxsize(&a, FD_MARK | 100) == -1);
	compose(1, MAX_IMSGSIZE - 16, -1);
	errno = 0;
	CHECK(imsg_compose(&a, 2, 0, 0, new_fd(NULL), big, MAX_IMSGSIZE - 15) ==
		-1 &&
	    errno == ERANGE);
	CHECK(imsg_compose(&a, 2, 0, 0, -1, big, SIZE_MAX - 16) == -1);
	CHECK(imsgbuf_set_maxsize(&a, 0) == 0);
	CHECK(imsg_compose(&a, 2, 0, 0, -1, big, 1) == -1);
	CHECK(imsg_compose(&a, 2, 1002, 2002, -1, NULL, 0) == 1);
	CHECK(imsgbuf_flush(&a) == 0);
	CHECK(imsgbuf_read(&b) == 1);
	CHECK(imsgbuf_get(&b, &imsg) == 1);
	CHECK(is_message(&imsg, 1, MAX_IMSGSIZE - 16));
	CHECK(imsgbuf_get(&b, &imsg) == 1 && is_message(&imsg, 2, 0));

	/* larger than what is read at a time otherwise */
	for (size = sizeof(big) - 1; size <= sizeof(big); size++) {
		CHECK(imsgbuf_set_maxsize(&a, size - 16) == 0);
		CHECK(imsgbuf_set_maxsize(&b, size - 16) == 0);
		memset(big, size & 0xff, sizeof(big));
		CHECK(imsg_compose(&a, 3, 0, 0, -1, big, size - 16) == 1);
		while (imsgbuf_queuelen(&a) > 0) {
			CHECK(imsgbuf_write(&a) == 0);
			CHECK(imsgbuf_get(&b, &imsg) == 0);
			CHECK(imsgbuf_read(&b) == 1);
		}
		while (imsgbuf_get(&b, &imsg) == 0)
			CHECK(imsgbuf_read(&b) == 1);
		CHECK(imsg_get_len(&imsg) == size - 16);
		CHECK(memcmp(imsg.data, big, size - 16) == 0);
	}
	ends_close();
	CHECK(count_fds() == fds);
}

static void
test_payload(void)
{
	struct iovec iov[4] = { { "ab", 2 }, { NULL, 0 }, { "cde", 3 },
		{ "f", 1 } };
	struct imsg imsg;
	char buf[16];

	ends_open();
	CHECK(imsg_composev(&a, 1, 0, 0, -1, iov, 4) == 1);
	CHECK(imsg_composev(&a, 2, 0, 0, -1, iov, 0) == 1);
	CHECK(imsgbuf_write(&a) == 0 && imsgbuf_read(&b) == 1);
	CHECK(imsgbuf_get(&b, &imsg) == 1);
	memset(buf, 'x', sizeof(buf));
	errno = 0;
	CHECK(imsg_get_data(&imsg, buf, 5) == -1 && errno == EBADMSG);
	errno = 0;
	CHECK(imsg_get_data(&imsg, buf, 7) == -1 && errno == EBADMSG);
	CHECK(imsg_get_data(&imsg, buf, 0) == -1);
	CHECK(imsg_get_data(&imsg, buf, SIZE_MAX) == -1);
	errno = 0;
	CHECK(imsg_get_buf(&imsg, buf, 7) == -1 && errno == EBADMSG);
	CHECK(imsg_get_len(&imsg) == 6 && buf[0] == 'x');
	CHECK(imsg_get_buf(&imsg, buf, 2) == 0 && memcmp(buf, "abx", 3) == 0);
	CHECK(imsg_get_buf(&imsg, buf, 0) == 0);
	CHECK(imsg_get_buf(&imsg, buf, 5) == -1);
	CHECK(imsg_get_buf(&imsg, buf, SIZE_MAX) == -1);
	CHECK(imsg_get_data(&imsg, buf, 6) == -1 && imsg_get_len(&imsg) == 4);
	CHECK(imsg_get_data(&imsg, buf, 4) == 0 && memcmp(buf, "cdef", 4) == 0);
	CHECK(imsg_get_len(&imsg) == 0 && imsg_get_buf(&imsg, buf, 1) == -1);
	imsg_free(&imsg);
	CHECK(imsgbuf_get(&b, &imsg) == 1);
	CHECK(imsg_get_len(&imsg) == 0 && imsg_get_data(&imsg, buf, 0) == -1);
	CHECK(imsg_get_buf(&imsg, buf, 1) == -1);
	imsg_free(&imsg);
	CHECK(imsgbuf_get(&b, &imsg) == 0);
	ends_close();
}

static void
test_end(void)
{
	unsigned int fds = count_fds();
	struct imsg imsg;

	ends_open();
	CHECK(imsgbuf_read(&b) == 1); /* EAGAIN */
	CHECK(imsgbuf_get(&b, &imsg) == 0);
	compose(0, 5, -1);
	compose(1, 50, new_fd(NULL));
	send_queued(0, 40, 0);
	close(afd);
	afd = -1;
	CHECK(imsgbuf_read(&b) == 1);
	CHECK(imsgbuf_get(&b, &imsg) == 1 && is_message(&imsg, 0, 5));
	CHECK(imsgbuf_get(&b, &imsg) == 0);
	CHECK(imsgbuf_read(&b) == 0);
	CHECK(imsgbuf_read(&b) == 0);
	CHECK(imsgbuf_get(&b, &imsg) == 0);
	/* the other way: an error, not a signal */
	CHECK(imsg_compose(&b, 1, 0, 0, new_fd(NULL), "x", 1) == 1);
	errno = 0;
	CHECK(imsgbuf_write(&b) == -1 && errno == EPIPE);
	CHECK(imsgbuf_flush(&b) == -1 && errno == EPIPE);
	b.fd = 9999;
	CHECK(imsgbuf_read(&b) == -1 && errno == EBADF);
	ends_close();
	CHECK(count_fds() == fds);
}

int
main(void)
{
	test_splits(0);
	test_splits(1);
	test_bytes();
	test_whole();
	test_clear_received();
	test_clear_queued();
	test_no_fdpass();
	test_many_fds();
	test_no_descriptor();
	test_headers();
	test_maxsize();
	test_payload();
	test_end();
	return check_end();
}
