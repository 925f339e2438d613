/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define IN_ADDR_ATTRIBUTE
#include_next <netinet/in.h>

#define IPCTL_MFORWARDING 31
#define IPV6CTL_MFORWARDING 42

struct ip_mreqn {
	struct in_addr imr_multiaddr, imr_address;
	int imr_ifindex;
};
