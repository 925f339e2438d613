/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define SIOCGIFAFLAG_IN6 REQUEST('i', 73, struct in6_ifreq)
#define SIOCGETSGCNT_IN6 REQUEST('u', 106, struct sioc_sg_req6)
#define IN6_IFF_TENTATIVE 2
#define IN6_IFF_DUPLICATED 4
#define IN6_IFF_DETACHED 8

struct in6_ifreq {
	char ifr_name[IFNAMSIZ];
	union {
		struct sockaddr_in6 ifru_addr;
		int ifru_flags6;
		uint64_t space[34];
	} ifr_ifru;
};
#define ifr_addr ifr_ifru.ifru_addr
