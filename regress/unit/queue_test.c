/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * How much waits for a peer, where only messages are counted.
 */
#include "common/peer.h"
#include "check.h"

static uint32_t left;

uint32_t
imsgbuf_queuelen(struct imsgbuf *ib)
{
	(void)ib;
	return left;
}

int
main(void)
{
	struct peer p = { .mean = 0 };

	CHECK(peer_queue(&p) == 0); /* nothing was ever queued */
	p.mean = 100;
	CHECK(peer_queue(&p) == 0); /* all is written */
	left = 30;
	CHECK(peer_queue(&p) == 3000);
	return check_end();
}
