/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <net/if.h>

struct if_data {
	u_char ifi_first[4];
	uint32_t ifi_mtu;
	uint64_t ifi_others[17];
};

struct if_announcemsghdr {
	u_short ifan_msglen;
	u_char ifan_version, ifan_type;
	u_short ifan_hdrlen, ifan_index, ifan_what;
	char ifan_name[IFNAMSIZ];
};
