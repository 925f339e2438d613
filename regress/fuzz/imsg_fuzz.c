/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * imsg framing.  A stream of bytes and descriptors, read in pieces of any size,
 * gives the messages that lie in it, and each descriptor once.  Sent again in
 * writes of any size it is the same stream.
 */
#include <sys/socket.h>
#include <errno.h>
#include <unistd.h>

#include "common/imsg.h"
#include "fuzz.h"

#define FD_MARK	   0x80000000U
#define FIRST_FD   1000 /* descriptors that there are none of */
#define MAXFDS	   256
#define MAXSTREAM  8192
#define KEPT_MAX   64 /* as imsg.c has it */
#define PASSED_MAX 16

enum fd_state { FD_UNUSED, FD_OPEN, FD_TAKEN, FD_CLOSED };

static struct input script; /* what the socket does */
static const uint8_t *stream;
static size_t streamlen, delivered; /* bytes */
static enum fd_state fds[MAXFDS];
static unsigned int nfds;
static int kept[MAXFDS], lost; /* descriptors that an imsgbuf should have */
static unsigned int nkept;
static int fdpass;

static uint8_t out[MAXSTREAM]; /* what was sent */
static size_t outlen, sent_at[MAXFDS];
static unsigned int nsent;

int __wrap_close(int);
int __real_close(int);
ssize_t __wrap_recvmsg(int, struct msghdr *, int);
ssize_t __wrap_sendmsg(int, const struct msghdr *, int);

int
__wrap_close(int fd)
{
	if (fd < FIRST_FD)
		return __real_close(fd);
	MUST(fd - FIRST_FD < MAXFDS);
	MUST(fds[fd - FIRST_FD] == FD_OPEN || fds[fd - FIRST_FD] == FD_TAKEN);
	fds[fd - FIRST_FD] = FD_CLOSED;
	return 0;
}

/* n descriptors come with these bytes. */
static void
attach(struct msghdr *msg, unsigned int n)
{
	struct cmsghdr *c = msg->msg_control;
	int list[PASSED_MAX];
	unsigned int i;

	msg->msg_flags = 0;
	if (n > PASSED_MAX || nfds + n > MAXFDS) {
		n = 0;
		lost = 1;
		msg->msg_flags = MSG_CTRUNC;
	}
	for (i = 0; i < n; i++) {
		fds[nfds] = FD_OPEN;
		list[i] = FIRST_FD + nfds;
		if (fdpass && nkept < KEPT_MAX)
			kept[nkept++] = list[i];
		nfds++;
	}
	if (n == 0) {
		msg->msg_controllen = 0;
		return;
	}
	MUST(msg->msg_controllen >= CMSG_SPACE(n * sizeof(int)));
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), list, n * sizeof(int));
	msg->msg_controllen = c->cmsg_len;
}

ssize_t
__wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
	uint8_t what = in_u8(&script);
	size_t n = in_u8(&script);

	(void)fd;
	MUST(flags == MSG_CMSG_CLOEXEC && msg->msg_iovlen == 1);
	if (what == 255) {
		errno = n == 0 ? ECONNRESET : n & 1 ? EAGAIN : EINTR;
		return -1;
	}
	if (n == 0 || script.len == 0)
		n = streamlen;
	if (n > streamlen - delivered)
		n = streamlen - delivered;
	if (n > msg->msg_iov[0].iov_len)
		n = msg->msg_iov[0].iov_len;
	memcpy(msg->msg_iov[0].iov_base, stream + delivered, n);
	attach(msg, what & 0x80 ? what & 0x1f : 0);
	delivered += n;
	return n;
}

/* A descriptor goes out with its own message. */
ssize_t
__wrap_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	size_t n = in_u8(&script);
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int passed;

	(void)fd;
	MUST(flags & MSG_NOSIGNAL && flags & MSG_DONTWAIT);
	MUST(msg->msg_iov[0].iov_len > 0);
	if (n == 255) {
		errno = EINTR;
		return -1;
	}
	if (n == 0 && script.len > 0) {
		errno = EAGAIN;
		return -1;
	}
	if (n == 0 || n > msg->msg_iov[0].iov_len)
		n = msg->msg_iov[0].iov_len;
	MUST(outlen + n <= sizeof(out));
	memcpy(out + outlen, msg->msg_iov[0].iov_base, n);
	if (c != NULL) {
		MUST(c->cmsg_len == CMSG_LEN(sizeof(int)));
		memcpy(&passed, CMSG_DATA(c), sizeof(passed));
		MUST(passed >= FIRST_FD && passed < FIRST_FD + MAXFDS);
		MUST(fds[passed - FIRST_FD] == FD_TAKEN);
		sent_at[nsent++] = outlen;
	}
	outlen += n;
	return n;
}

/* What imsgbuf_get() must say: the message at *at, by the stream itself. */
static int
expect(size_t at, size_t maxsize, struct imsg_hdr *hdr)
{
	size_t len;

	if (delivered - at < sizeof(*hdr))
		return 0;
	memcpy(hdr, stream + at, sizeof(*hdr));
	len = hdr->len & ~FD_MARK;
	if (len < sizeof(*hdr) || len > maxsize)
		return -1;
	if (delivered - at < len)
		return 0;
	return hdr->len & FD_MARK && nkept == 0 ? -1 : 1;
}

static void
check(struct imsg *m, const struct imsg_hdr *hdr, size_t at)
{
	size_t len = (hdr->len & ~FD_MARK) - sizeof(*hdr);
	const uint8_t *payload = stream + at + sizeof(*hdr);
	uint8_t *copy = malloc(len);
	uint8_t half = len / 2;

	MUST(imsg_get_type(m) == hdr->type && imsg_get_id(m) == hdr->peerid);
	MUST(imsg_get_len(m) == len);
	MUST(imsg_get_data(m, copy, len + 1) == -1);
	MUST(imsg_get_buf(m, copy, len + 1) == -1);
	MUST(imsg_get_buf(m, copy, half) == 0);
	MUST(imsg_get_len(m) == len - half);
	MUST(imsg_get_data(m, copy + half, len - half) ==
	    (len == half ? -1 : 0));
	MUST(imsg_get_len(m) == 0);
	MUST(len == 0 || memcmp(copy, payload, len) == 0);
	free(copy);
	if (hdr->len & FD_MARK) {
		MUST(m->fd == kept[0]);
		memmove(kept, kept + 1, --nkept * sizeof(*kept));
	} else
		MUST(m->fd == -1);
}

/* Puts the message into w in pieces, with or without its descriptor. */
static void
send_on(struct imsgbuf *w, struct imsg *m, size_t expected)
{
	struct iovec iov[3];
	size_t len = m->len, cut = in_u8(&script);
	int fd = imsg_get_fd(m);

	cut = cut < len ? cut : len;
	iov[0].iov_base = (void *)(uintptr_t)m->data;
	iov[0].iov_len = cut;
	iov[1].iov_base = NULL;
	iov[1].iov_len = 0;
	iov[2].iov_base = (void *)(uintptr_t)(m->data + cut);
	iov[2].iov_len = len - cut;
	if (fd != -1)
		fds[fd - FIRST_FD] = FD_TAKEN;
	MUST(imsg_composev(w, imsg_get_type(m), imsg_get_id(m), m->hdr.pid, fd,
		 iov, 3) == 1);
	if (cut & 1)
		MUST(imsgbuf_write(w) == 0);
	MUST(outlen + imsgbuf_queuelen(w) == expected);
}

/* Reads all messages that have come, or a few.  -1: the stream cannot be used
 * any more. */
static int
take(struct imsgbuf *r, struct imsgbuf *w, size_t *at, size_t maxsize)
{
	struct imsg_hdr hdr;
	struct imsg m;
	unsigned int most = in_u8(&script);
	int rc;

	for (most = most == 0 ? UINT32_MAX : most; most > 0; most--) {
		rc = expect(*at, maxsize, &hdr);
		errno = 0;
		MUST(imsgbuf_get(r, &m) == rc);
		if (rc == -1)
			MUST(errno == ERANGE || errno == EBADMSG);
		if (rc != 1)
			return rc;
		check(&m, &hdr, *at);
		*at += hdr.len & ~FD_MARK;
		send_on(w, &m, *at);
		imsg_free(&m);
	}
	return 1;
}

/* The imsgbuf must have its descriptors and no others. */
static UNSEEN void
check_fds(const struct imsgbuf *r)
{
	unsigned int i, nopen = 0;

	for (i = 0; i < nfds; i++)
		nopen += fds[i] == FD_OPEN;
	MUST(r->nrfds == nkept && nopen == nkept);
}

static void
pass_all(struct imsgbuf *r, struct imsgbuf *w)
{
	size_t at = 0, maxsize = r->maxsize, before;
	unsigned int rounds;
	int rc;

	for (rounds = 0; rounds < 4096; rounds++) {
		before = delivered;
		rc = imsgbuf_read(r);
		MUST(rc == 1 || rc == 0 || rc == -1);
		check_fds(r);
		if (lost)
			MUST(rc == -1 && errno == EMFILE);
		if (rc != 1)
			break;
		if (take(r, w, &at, maxsize) == -1)
			break;
		if (script.len == 0 && delivered == before)
			break;
	}
	script.len = 0; /* the socket takes all now */
	MUST(imsgbuf_flush(w) == 0);
	MUST(imsgbuf_queuelen(w) == 0 && outlen == at);
	MUST(at == 0 || memcmp(out, stream, at) == 0);
}

/* The rest of the input, or many times the same, to fill buffers with. */
static void
make_stream(struct input *in)
{
	static uint8_t buf[MAXSTREAM];
	size_t times = in_u8(in) + 1;

	stream = buf;
	streamlen = 0;
	for (; times > 0 && in->len <= MAXSTREAM - streamlen; times--) {
		memcpy(buf + streamlen, in->p, in->len);
		streamlen += in->len;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct imsgbuf r, w;
	struct imsg_hdr hdr;
	unsigned int i;
	size_t n;

	fdpass = in_u8(&in) & 1;
	memset(fds, 0, sizeof(fds));
	nfds = nkept = nsent = lost = 0;
	outlen = delivered = 0;
	MUST(imsgbuf_init(&r, 0) == 0 && imsgbuf_init(&w, 0) == 0);
	if (fdpass)
		imsgbuf_allow_fdpass(&r);
	imsgbuf_allow_fdpass(&w);
	n = in_u8(&in);
	if (n != 0)
		MUST(imsgbuf_set_maxsize(&r, n) == 0);
	n = in_u8(&in);
	script.p = in_bytes(&in, n, &script.len);
	make_stream(&in);
	pass_all(&r, &w);
	/* each went out with the first byte of its message */
	for (i = 0; i < nsent; i++) {
		memcpy(&hdr, stream + sent_at[i], sizeof(hdr));
		MUST(hdr.len & FD_MARK);
	}
	imsgbuf_clear(&r);
	imsgbuf_clear(&w);
	for (i = 0; i < nfds; i++)
		MUST(fds[i] == FD_CLOSED);
	return 0;
}
