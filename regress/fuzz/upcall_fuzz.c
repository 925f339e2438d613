/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Packets from the kernel's mroute sockets, of both families: an upcall is made
 * of those that the gate may believe, and of no others.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <linux/mroute.h>
#include <linux/mroute6.h>

#include "parent/gate.h"
#include "fuzz.h"

/* By the kernel's own layouts. */
static int
expect_v4(const uint8_t *data, size_t size, struct wire_upcall *u)
{
	struct igmpmsg m;
	uint32_t src, grp;

	if (size < sizeof(m))
		return 0;
	memcpy(&m, data, sizeof(m));
	src = ntohl(m.im_src.s_addr);
	grp = ntohl(m.im_dst.s_addr);
	u->kind = m.im_msgtype;
	u->slot = m.im_vif;
	addr_from_v4(&u->key.src, &m.im_src);
	addr_from_v4(&u->key.grp, &m.im_dst);
	return m.im_mbz == 0 && m.im_vif < MAXVIF && m.im_vif_hi == 0 &&
	    (m.im_msgtype == IGMPMSG_NOCACHE ||
		m.im_msgtype == IGMPMSG_WRONGVIF) &&
	    IN_MULTICAST(grp) && !IN_MULTICAST(src) && src != 0;
}

static int
expect_v6(const uint8_t *data, size_t size, struct wire_upcall *u)
{
	struct mrt6msg m;

	if (size < sizeof(m))
		return 0;
	memcpy(&m, data, sizeof(m));
	u->kind = m.im6_msgtype;
	u->slot = m.im6_mif;
	addr_from_v6(&u->key.src, &m.im6_src);
	addr_from_v6(&u->key.grp, &m.im6_dst);
	return m.im6_mbz == 0 && m.im6_mif < MAXVIF &&
	    (m.im6_msgtype == MRT6MSG_NOCACHE ||
		m.im6_msgtype == MRT6MSG_WRONGMIF) &&
	    IN6_IS_ADDR_MULTICAST(&m.im6_dst) &&
	    !IN6_IS_ADDR_MULTICAST(&m.im6_src) &&
	    !IN6_IS_ADDR_UNSPECIFIED(&m.im6_src) &&
	    !IN6_IS_ADDR_V4MAPPED(&m.im6_src);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_upcall u, want;
	int v6, ok;

	for (v6 = 0; v6 <= 1; v6++) {
		memset(&u, 0xa5, sizeof(u));
		memset(&want, 0, sizeof(want));
		ok = v6 ? expect_v6(data, size, &want) :
			  expect_v4(data, size, &want);
		MUST(gate_upcall(v6, 0xff, data, size, &u) == ok);
		MUST(!ok || memcmp(&u, &want, sizeof(u)) == 0);
	}
	/* elsewhere the slot has no high part */
	ok = expect_v4(data, size, &want);
	MUST(!ok || gate_upcall(0, 0, data, size, &u) == 1);
	MUST(!ok || memcmp(&u, &want, sizeof(u)) == 0);
	return 0;
}
