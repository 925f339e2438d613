/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <netinet/ip_mroute.h>

struct igmpmsg {
	uint32_t unused[2];
	u_char im_msgtype, im_mbz, im_vif, im_none;
	struct in_addr im_src, im_dst;
};
