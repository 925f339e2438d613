/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Where one message ends and the next begins: a stream of any bytes, of which
 * any number has come; and what is taken out of a message.
 *
 * Files:	common/imsg.c
 * Eva:	-eva-min-loop-unroll 200
 * Eva:	-eva-slevel-function prove_small:20,get:20,imsgbuf_get:20
 * Eva:	-eva-split-return-function imsgbuf_get:full,get:full
 * Whole:	imsgbuf_get imsg_get_buf imsg_get_data imsg_get_len
 */
#include "common/imsg.h"
#include "proof.h"

#define IMSG_MAXFDS 64
#define SMALL	    128 /* a largest message whose every length can be tried */

static unsigned char stream[65536];
static struct imsgbuf ib;
static struct imsg imsg;

/* The last of the stream have come and are unread; to look behind them is an
 * alarm. */
static int
get(size_t have, uint32_t maxsize)
{
	int rc;

	no(imsgbuf_init(&ib, 0));
	ib.maxsize = maxsize;
	ib.rbuf = stream;
	ib.rsize = ib.rlen = sizeof(stream);
	ib.rpos = sizeof(stream) - have;
	ib.nrfds = Frama_C_size_t_interval(0, IMSG_MAXFDS);
	any(stream, sizeof(stream));
	any(ib.rfds, sizeof(ib.rfds));
	any(&imsg, sizeof(imsg));
	rc = imsgbuf_get(&ib, &imsg);
	yes(rc >= -1);
	yes(rc <= 1);
	yes(ib.nrfds <= IMSG_MAXFDS);
	return rc;
}

/* A message is all in what has come, and the next one is behind it. */
static void
prove_small(size_t have)
{
	if (get(have, SMALL) != 1)
		return;
	yes(imsg.rpos == 0);
	yes(imsg.len <= have - IMSG_HEADER_SIZE);
	yes(imsg.data == stream + sizeof(stream) - have + IMSG_HEADER_SIZE);
	yes(ib.rpos <= ib.rlen);
}

/* Exactly so many bytes are taken out of a message of any length. */
static void
prove_payload(size_t len)
{
	uint8_t buf[8];
	size_t more = Frama_C_size_t_interval(len + 1, MAX_IMSGSIZE);

	imsg.data = stream + sizeof(stream) - len;
	imsg.len = len;
	imsg.rpos = 0;
	no(1 + imsg_get_buf(&imsg, buf, more));
	no(1 + imsg_get_data(&imsg, buf, more));
	no(1 + imsg_get_data(&imsg, buf, 0));
	no(1 + imsg_get_data(&imsg, buf, len - 1));
	no(imsg_get_data(&imsg, buf, len));
	no(imsg_get_len(&imsg));
	imsg.rpos = 0;
	no(imsg_get_buf(&imsg, buf, len));
	no(imsg_get_len(&imsg));
}

void
prove(void)
{
	size_t have, len;

	for (have = 0; have < IMSG_HEADER_SIZE; have++)
		no(get(have, MAX_IMSGSIZE));
	have = Frama_C_size_t_interval(have, sizeof(stream));
	get(have, MAX_IMSGSIZE);
	for (have = IMSG_HEADER_SIZE; have <= SMALL + 1; have++)
		prove_small(have);
	for (len = 1; len <= 8; len++)
		prove_payload(len);
}
