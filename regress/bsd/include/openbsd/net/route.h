/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <netinet/in.h>
#include_next <net/route.h>

#define RTM_VERSION 5
#define RTM_NEWADDR 12
#define RTM_DELADDR 13
#define RTM_IFINFO 14
#define RTM_IFANNOUNCE 15
#define RTM_DESYNC 16
#define RTF_LOCAL 0x200000

struct rt_metrics {
	uint64_t all[7];
};

struct rt_msghdr {
	u_short rtm_msglen;
	u_char rtm_version, rtm_type;
	u_short rtm_hdrlen, rtm_index, rtm_tableid;
	u_char rtm_priority, rtm_mpls;
	int rtm_addrs, rtm_flags, rtm_fmask;
	pid_t rtm_pid;
	int rtm_seq, rtm_errno, rtm_inits;
	struct rt_metrics rtm_rmx;
};
