/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>
#include <sys/uio.h>
#include <stddef.h>
#include <stdint.h>

#define IMSG_HEADER_SIZE sizeof(struct imsg_hdr)
#define MAX_IMSGSIZE 16384

struct ibuf;
struct msgbuf;

struct imsgbuf {
	struct msgbuf *w;
	pid_t pid;
	uint32_t maxsize;
	int fd;
	int flags;
};

struct imsg_hdr {
	uint32_t type;
	uint32_t len;
	uint32_t peerid;
	uint32_t pid;
};

struct imsg {
	struct imsg_hdr hdr;
	void *data;
	struct ibuf *buf;
};

int imsgbuf_init(struct imsgbuf *, int);
void imsgbuf_allow_fdpass(struct imsgbuf *);
int imsgbuf_set_maxsize(struct imsgbuf *, uint32_t);
int imsgbuf_read(struct imsgbuf *);
int imsgbuf_write(struct imsgbuf *);
int imsgbuf_flush(struct imsgbuf *);
void imsgbuf_clear(struct imsgbuf *);
uint32_t imsgbuf_queuelen(struct imsgbuf *);
int imsgbuf_get(struct imsgbuf *, struct imsg *);
int imsg_get_data(struct imsg *, void *, size_t);
int imsg_get_buf(struct imsg *, void *, size_t);
int imsg_get_fd(struct imsg *);
uint32_t imsg_get_id(struct imsg *);
size_t imsg_get_len(struct imsg *);
uint32_t imsg_get_type(struct imsg *);
int imsg_compose(struct imsgbuf *, uint32_t, uint32_t, pid_t, int, const void *,
    size_t);
int imsg_composev(struct imsgbuf *, uint32_t, uint32_t, pid_t, int,
    const struct iovec *, int);
void imsg_free(struct imsg *);
