/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * How much waits to be written to a peer: libutil counts messages only.
 */
#include "peer.h"

size_t
peer_queue(struct peer *p)
{
	uint32_t left = imsgbuf_queuelen(&p->ibuf);

	return left == 0 ? 0 : left * p->bytes / p->messages;
}
