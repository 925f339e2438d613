/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <net/route.h>

#define RTM_VERSION 5
#define RTM_NEWADDR 12
#define RTM_DELADDR 13
#define RTM_IFINFO 14
#define RTM_IFANNOUNCE 17
#define RTF_LOCAL 0x200000

struct rt_metrics {
	u_long all[14];
};

struct rt_msghdr {
	u_short rtm_msglen;
	u_char rtm_version, rtm_type;
	u_short rtm_index;
	int rtm_flags, rtm_addrs;
	pid_t rtm_pid;
	int rtm_seq, rtm_errno, rtm_fmask;
	u_long rtm_inits;
	struct rt_metrics rtm_rmx;
};
