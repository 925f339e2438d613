/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * imsg for systems without it in libutil.  Both directions go through one flat
 * buffer, so that a batch of messages costs one system call and no allocation.
 */
#include <sys/socket.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "imsg.h"

#define FD_MARK	  0x80000000U
#define READ_SIZE 65536

int
imsgbuf_init(struct imsgbuf *ib, int fd)
{
	memset(ib, 0, sizeof(*ib));
	ib->fd = fd;
	ib->maxsize = MAX_IMSGSIZE;
	return 0;
}

void
imsgbuf_allow_fdpass(struct imsgbuf *ib)
{
	ib->fdpass = ib->fdsend = 1;
}

void
imsgbuf_allow_send(struct imsgbuf *ib)
{
	ib->fdsend = 1;
}

int
imsgbuf_set_maxsize(struct imsgbuf *ib, uint32_t size)
{
	if (size >= FD_MARK - IMSG_HEADER_SIZE) {
		errno = EINVAL;
		return -1;
	}
	ib->maxsize = IMSG_HEADER_SIZE + size;
	return 0;
}

void
imsgbuf_clear(struct imsgbuf *ib)
{
	size_t i;

	for (i = 0; i < ib->nrfds; i++)
		close(ib->rfds[i]);
	for (i = ib->wfdpos; i < ib->nwfds; i++)
		close(ib->wfds[i].fd);
	free(ib->wfds);
	free(ib->rbuf);
	free(ib->wbuf);
	imsgbuf_init(ib, -1);
}

uint32_t
imsgbuf_queuelen(struct imsgbuf *ib)
{
	return ib->wlen - ib->wpos;
}

/* Takes the descriptors of one recvmsg(2): keeps them in order, or closes them
 * if this link takes none. */
static void
take_fds(struct imsgbuf *ib, struct msghdr *msg)
{
	struct cmsghdr *c;
	size_t i, n;
	int fd;

	for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (ib->fdpass && ib->nrfds < IMSG_MAXFDS)
				ib->rfds[ib->nrfds++] = fd;
			else
				close(fd);
		}
	}
}

/* Makes room for one read: moves unread bytes to the front. */
static int
make_room(struct imsgbuf *ib)
{
	unsigned char *p;
	size_t size;

	if (ib->rpos > 0) {
		memmove(ib->rbuf, ib->rbuf + ib->rpos, ib->rlen - ib->rpos);
		ib->rlen -= ib->rpos;
		ib->rpos = 0;
	}
	size = ib->maxsize > READ_SIZE ? ib->maxsize : READ_SIZE;
	if (ib->rsize < size) {
		if ((p = realloc(ib->rbuf, size)) == NULL)
			return -1;
		ib->rbuf = p;
		ib->rsize = size;
	}
	return 0;
}

int
imsgbuf_read(struct imsgbuf *ib)
{
	union {
		struct cmsghdr hdr;
		char buf[CMSG_SPACE(sizeof(int) * 16)];
	} ctl;
	struct msghdr msg;
	struct iovec iov;
	ssize_t n;

	if (make_room(ib) == -1)
		return -1;
	if (ib->rlen == ib->rsize)
		return 1; /* full: the caller has messages to get first */
	memset(&msg, 0, sizeof(msg));
	iov.iov_base = ib->rbuf + ib->rlen;
	iov.iov_len = ib->rsize - ib->rlen;
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	msg.msg_control = &ctl;
	msg.msg_controllen = sizeof(ctl);
	n = recvmsg(ib->fd, &msg, MSG_CMSG_CLOEXEC);
	if (n == -1)
		return errno == EAGAIN || errno == EINTR ? 1 : -1;
	take_fds(ib, &msg);
	if (msg.msg_flags & MSG_CTRUNC) {
		errno = EMFILE; /* any message may lack its descriptor now */
		return -1;
	}
	if (n == 0)
		return 0;
	ib->rlen += n;
	return 1;
}

/*
 * Returns how many bytes may go out in one sendmsg(2): they end where the next
 * message with a descriptor begins.  If the first message has one, *fd is set
 * to it, and it goes out with these bytes.
 */
static size_t
next_write(struct imsgbuf *ib, int *fd)
{
	size_t i = ib->wfdpos;

	*fd = -1;
	if (i < ib->nwfds && ib->wfds[i].off == ib->wpos)
		*fd = ib->wfds[i++].fd;
	if (i < ib->nwfds)
		return ib->wfds[i].off - ib->wpos;
	return ib->wlen - ib->wpos;
}

int
imsgbuf_write(struct imsgbuf *ib)
{
	union {
		struct cmsghdr hdr;
		char buf[CMSG_SPACE(sizeof(int))];
	} ctl;
	struct msghdr msg;
	struct iovec iov;
	ssize_t n;
	int fd;

	while (ib->wpos < ib->wlen) {
		memset(&msg, 0, sizeof(msg));
		iov.iov_base = ib->wbuf + ib->wpos;
		iov.iov_len = next_write(ib, &fd);
		msg.msg_iov = &iov;
		msg.msg_iovlen = 1;
		if (fd != -1) {
			memset(&ctl, 0, sizeof(ctl));
			ctl.hdr.cmsg_level = SOL_SOCKET;
			ctl.hdr.cmsg_type = SCM_RIGHTS;
			ctl.hdr.cmsg_len = CMSG_LEN(sizeof(int));
			memcpy(CMSG_DATA(&ctl.hdr), &fd, sizeof(fd));
			msg.msg_control = &ctl;
			msg.msg_controllen = sizeof(ctl.buf);
		}
		n = sendmsg(ib->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n == -1) {
			if (errno == EINTR)
				continue;
			/* ETOOMANYREFS: too many descriptors were sent that
			 * nobody has received yet */
			return errno == EAGAIN || errno == ENOBUFS ||
				errno == ETOOMANYREFS ?
			    0 :
			    -1;
		}
		if (fd != -1) {
			close(fd);
			ib->wfdpos++;
		}
		ib->wpos += n;
	}
	ib->wpos = ib->wlen = 0;
	ib->nwfds = ib->wfdpos = 0;
	/* free the large buffer of a burst */
	if (ib->wsize > 4 * READ_SIZE) {
		free(ib->wbuf);
		ib->wbuf = NULL;
		ib->wsize = 0;
	}
	return 0;
}

int
imsgbuf_flush(struct imsgbuf *ib)
{
	struct pollfd pfd;

	while (imsgbuf_queuelen(ib) > 0) {
		if (imsgbuf_write(ib) == -1)
			return -1;
		if (imsgbuf_queuelen(ib) == 0)
			break;
		pfd.fd = ib->fd;
		pfd.events = POLLOUT;
		if (poll(&pfd, 1, -1) == -1 && errno != EINTR)
			return -1;
	}
	return 0;
}

int
imsgbuf_get(struct imsgbuf *ib, struct imsg *imsg)
{
	struct imsg_hdr hdr;
	size_t len, have = ib->rlen - ib->rpos;
	int marked;

	if (have < sizeof(hdr))
		return 0;
	memcpy(&hdr, ib->rbuf + ib->rpos, sizeof(hdr));
	marked = (hdr.len & FD_MARK) != 0;
	len = hdr.len & ~FD_MARK;
	if (len < sizeof(hdr) || len > ib->maxsize) {
		errno = ERANGE;
		return -1;
	}
	if (have < len)
		return 0;
	memset(imsg, 0, sizeof(*imsg));
	hdr.len = len;
	imsg->hdr = hdr;
	imsg->data = ib->rbuf + ib->rpos + sizeof(hdr);
	imsg->len = len - sizeof(hdr);
	imsg->fd = -1;
	if (marked) {
		if (ib->nrfds == 0) {
			errno = EBADMSG;
			return -1;
		}
		imsg->fd = ib->rfds[0];
		ib->nrfds--;
		memmove(ib->rfds, ib->rfds + 1, ib->nrfds * sizeof(int));
	}
	ib->rpos += len;
	return 1;
}

int
imsg_get_buf(struct imsg *imsg, void *buf, size_t len)
{
	if (imsg_get_len(imsg) < len) {
		errno = EBADMSG;
		return -1;
	}
	memcpy(buf, imsg->data + imsg->rpos, len);
	imsg->rpos += len;
	return 0;
}

int
imsg_get_data(struct imsg *imsg, void *buf, size_t len)
{
	if (imsg_get_len(imsg) != len || len == 0) {
		errno = EBADMSG;
		return -1;
	}
	return imsg_get_buf(imsg, buf, len);
}

size_t
imsg_get_len(struct imsg *imsg)
{
	return imsg->len - imsg->rpos;
}

uint32_t
imsg_get_type(struct imsg *imsg)
{
	return imsg->hdr.type;
}

uint32_t
imsg_get_id(struct imsg *imsg)
{
	return imsg->hdr.peerid;
}

int
imsg_get_fd(struct imsg *imsg)
{
	int fd = imsg->fd;

	imsg->fd = -1;
	return fd;
}

void
imsg_free(struct imsg *imsg)
{
	if (imsg->fd != -1)
		close(imsg->fd);
	imsg->fd = -1;
}

/* Makes space for len more bytes to write, and for one more descriptor. */
static int
reserve(struct imsgbuf *ib, size_t len, int fd)
{
	unsigned char *p;
	struct imsgfd *f;
	size_t i, size;

	if (ib->wpos > 0 && ib->wlen + len > ib->wsize) {
		memmove(ib->wbuf, ib->wbuf + ib->wpos, ib->wlen - ib->wpos);
		for (i = ib->wfdpos; i < ib->nwfds; i++)
			ib->wfds[i].off -= ib->wpos;
		ib->wlen -= ib->wpos;
		ib->wpos = 0;
	}
	if (ib->wlen + len > ib->wsize) {
		for (size = ib->wsize ? ib->wsize : 1024; size < ib->wlen + len;
		     size *= 2)
			;
		if ((p = realloc(ib->wbuf, size)) == NULL)
			return -1;
		ib->wbuf = p;
		ib->wsize = size;
	}
	if (fd == -1 || ib->nwfds < ib->wfdsize)
		return 0;
	if ((f = reallocarray(ib->wfds, ib->nwfds + 1, sizeof(*f))) == NULL)
		return -1;
	ib->wfds = f;
	ib->wfdsize = ib->nwfds + 1;
	return 0;
}

int
imsg_composev(struct imsgbuf *ib, uint32_t type, uint32_t id, pid_t pid, int fd,
    const struct iovec *iov, int niov)
{
	struct imsg_hdr hdr;
	size_t len = sizeof(hdr);
	int i, saved;

	for (i = 0; i < niov; i++)
		len += iov[i].iov_len;
	if (len > ib->maxsize) {
		errno = ERANGE;
		goto fail;
	}
	if (fd != -1 && !ib->fdsend) {
		errno = EINVAL;
		goto fail;
	}
	if (reserve(ib, len, fd) == -1)
		goto fail;
	if (fd != -1) {
		ib->wfds[ib->nwfds].off = ib->wlen;
		ib->wfds[ib->nwfds++].fd = fd;
	}
	hdr.type = type;
	hdr.len = len | (fd != -1 ? FD_MARK : 0);
	hdr.peerid = id;
	hdr.pid = pid;
	memcpy(ib->wbuf + ib->wlen, &hdr, sizeof(hdr));
	ib->wlen += sizeof(hdr);
	for (i = 0; i < niov; i++) {
		if (iov[i].iov_len == 0)
			continue;
		memcpy(ib->wbuf + ib->wlen, iov[i].iov_base, iov[i].iov_len);
		ib->wlen += iov[i].iov_len;
	}
	return 1;
fail:
	saved = errno;
	if (fd != -1)
		close(fd);
	errno = saved;
	return -1;
}

int
imsg_compose(struct imsgbuf *ib, uint32_t type, uint32_t id, pid_t pid, int fd,
    const void *data, size_t len)
{
	struct iovec iov;

	iov.iov_base = (void *)(uintptr_t)data;
	iov.iov_len = len;
	return imsg_composev(ib, type, id, pid, fd, &iov, 1);
}
