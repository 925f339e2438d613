/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <net/if.h>

struct if_data {
	uint64_t ifi_first, ifi_mtu, ifi_others[15];
};

struct if_announcemsghdr {
	u_short ifan_msglen;
	u_char ifan_version, ifan_type;
	u_short ifan_index;
	char ifan_name[IFNAMSIZ];
	u_short ifan_what;
} __attribute__((aligned(8)));
