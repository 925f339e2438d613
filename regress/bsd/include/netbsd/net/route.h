/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>
#include <sys/socket.h>
#include <net/if.h>
#include_next <net/route.h>

#define RTM_VERSION 4
#define RTM_IFANNOUNCE 16
#define RTM_IFINFO 20
#define RTM_NEWADDR 22
#define RTM_DELADDR 23
#define RTF_LOCAL 0x40000

struct rt_metrics {
	uint64_t all[10];
};

struct rt_msghdr {
	u_short rtm_msglen;
	u_char rtm_version, rtm_type;
	u_short rtm_index;
	int rtm_flags, rtm_addrs;
	pid_t rtm_pid;
	int rtm_seq, rtm_errno, rtm_use, rtm_inits;
	struct rt_metrics rtm_rmx;
};
