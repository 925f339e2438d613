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
	struct peer p = { .bytes = 0 };

	CHECK(peer_queue(&p) == 0); /* nothing was ever queued */
	p.bytes = 3000;
	p.messages = 30;
	CHECK(peer_queue(&p) == 0); /* all is written */
	left = 30;
	CHECK(peer_queue(&p) == 3000);
	left = 10;
	CHECK(peer_queue(&p) == 1000);
	/* a link that is never quite empty, for years */
	p.messages = UINT64_C(1) << 40;
	p.bytes = p.messages * 100;
	CHECK(peer_queue(&p) == 1000);
	return check_end();
}
