/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * How much waits to be written to a peer: libutil counts messages only.
 */
#include "peer.h"

size_t
peer_queue(struct peer *p)
{
	return imsgbuf_queuelen(&p->ibuf) * p->mean;
}
