/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <net/if.h>

struct ifreq {
	char ifr_name[IFNAMSIZ];
	union {
		struct sockaddr ifru_addr;
		short ifru_flags[2];
		int ifru_mtu;
		void *pointer;
	} ifr_ifru;
};
#define ifr_addr ifr_ifru.ifru_addr
#define ifr_flags ifr_ifru.ifru_flags[0]
#define ifr_flagshigh ifr_ifru.ifru_flags[1]
#define ifr_mtu ifr_ifru.ifru_mtu

struct ifconf {
	int ifc_len;
	void *ifc_buf;
};

struct if_announcemsghdr {
	u_short ifan_msglen;
	u_char ifan_version, ifan_type;
	u_short ifan_index;
	char ifan_name[IFNAMSIZ];
	u_short ifan_what;
};
