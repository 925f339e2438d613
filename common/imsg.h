/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * imsg: framed messages with optional descriptors over a socket pair; the calls
 * are those of OpenBSD's libutil, which is used there instead of this.
 *
 * What is true of only one of the two must not be relied on.  Here a message is
 * valid until the next imsgbuf_read() on its imsgbuf; there it is memory that
 * imsg_free() frees.  There a write without MSG_NOSIGNAL may raise SIGPIPE, an
 * imsgbuf must not move in memory, and imsgbuf_queuelen() counts messages.
 */
#ifndef IMSG_H
#define IMSG_H

#include <sys/types.h>
#include <sys/uio.h>
#include <stddef.h>
#include <stdint.h>

#ifdef HAVE_IMSG
#include <imsg.h>
#define imsgbuf_allow_send imsgbuf_allow_fdpass
#else

#define IMSG_HEADER_SIZE sizeof(struct imsg_hdr)
#define MAX_IMSGSIZE	 16384
#define IMSG_MAXFDS	 64 /* descriptors received and not yet taken */

struct imsg_hdr {
	uint32_t type;
	uint32_t len; /* with the header; top bit: a descriptor comes along */
	uint32_t peerid;
	uint32_t pid;
};

struct imsg {
	struct imsg_hdr hdr; /* len without the top bit */
	const unsigned char *data;
	size_t len;  /* of data */
	size_t rpos; /* read so far by imsg_get_buf() */
	int fd;	     /* -1: none, or taken */
};

struct imsgfd {
	size_t off; /* where its message begins in the buffer */
	int fd;
};

struct imsgbuf {
	int fd;
	int fdpass, fdsend; /* takes descriptors, sends them */
	uint32_t maxsize;
	unsigned char *rbuf; /* bytes read: [rpos, rlen) is unread */
	size_t rsize, rpos, rlen;
	int rfds[IMSG_MAXFDS]; /* received and not yet handed out */
	size_t nrfds;
	unsigned char *wbuf; /* bytes to write: [wpos, wlen) */
	size_t wsize, wpos, wlen;
	struct imsgfd *wfds; /* descriptors to send, in order */
	size_t wfdsize, nwfds, wfdpos;
};

/* fd stays the caller's to close.  0, or -1 when memory is short. */
int imsgbuf_init(struct imsgbuf *, int fd);
/* Sends descriptors, and takes those that the peer attaches.  Without this call
 * they are closed on arrival. */
void imsgbuf_allow_fdpass(struct imsgbuf *);
/* Sends descriptors only.  Libutil cannot say so: it takes them, too. */
void imsgbuf_allow_send(struct imsgbuf *);
/* The largest message, without its header, that is sent or taken. */
int imsgbuf_set_maxsize(struct imsgbuf *, uint32_t);
/* Reads once.  1: go on (also on EAGAIN), 0: end of file, -1: errno. */
int imsgbuf_read(struct imsgbuf *);
/* Writes what the socket takes at once.  0: see what is queued still, -1:
 * errno. */
int imsgbuf_write(struct imsgbuf *);
/* Writes all, waiting where the socket is full.  0 or -1. */
int imsgbuf_flush(struct imsgbuf *);
/* Frees the buffers and closes descriptors not delivered.  fd stays open. */
void imsgbuf_clear(struct imsgbuf *);
/* Bytes not yet written; 0: all is written. */
uint32_t imsgbuf_queuelen(struct imsgbuf *);
/* Gets the next message.  1: there is one, 0: none is complete, -1: malformed
 * (errno EBADMSG, ERANGE) and the stream is of no more use. */
int imsgbuf_get(struct imsgbuf *, struct imsg *);

/* Takes exactly len bytes of payload, all there is; else -1, EBADMSG. */
int imsg_get_data(struct imsg *, void *, size_t len);
/* Takes the next len bytes of payload; -1, EBADMSG when there are fewer. */
int imsg_get_buf(struct imsg *, void *, size_t len);
/* Bytes of payload not yet taken. */
size_t imsg_get_len(struct imsg *);
uint32_t imsg_get_type(struct imsg *);
uint32_t imsg_get_id(struct imsg *);
/* Takes the message's descriptor, which the caller must close; -1: none. */
int imsg_get_fd(struct imsg *);
/* Ends the use of a message.  Closes a descriptor that nobody took. */
void imsg_free(struct imsg *);

/* Queue a message.  fd (-1: none) is closed once it is sent, and on error.
 * Return 1, or -1 with errno (ERANGE: larger than maxsize). */
int imsg_compose(struct imsgbuf *, uint32_t type, uint32_t id, pid_t, int fd,
    const void *, size_t);
int imsg_composev(struct imsgbuf *, uint32_t type, uint32_t id, pid_t, int fd,
    const struct iovec *, int);

#endif

#endif
