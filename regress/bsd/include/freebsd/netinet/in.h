/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/socket.h>

#define IN_ADDR_ATTRIBUTE
#include_next <netinet/in.h>

#define MCAST_INCLUDE 1
#define MCAST_EXCLUDE 2
#define MCAST_JOIN_GROUP 80
#define MCAST_LEAVE_GROUP 81
#define MCAST_JOIN_SOURCE_GROUP 82
#define MCAST_LEAVE_SOURCE_GROUP 83

struct ip_mreqn {
	struct in_addr imr_multiaddr, imr_address;
	int imr_ifindex;
};

struct group_req {
	uint32_t gr_interface;
	struct sockaddr_storage gr_group;
};

struct group_source_req {
	uint32_t gsr_interface;
	struct sockaddr_storage gsr_group, gsr_source;
};

int setsourcefilter(int, uint32_t, struct sockaddr *, socklen_t, uint32_t,
    uint32_t, struct sockaddr_storage *);
