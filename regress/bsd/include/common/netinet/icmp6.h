/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define ICMP6_FILTER 18

struct icmp6_filter {
	uint32_t icmp6_filt[8];
};

#define ICMP6_FILTER_SETBLOCKALL(f) memset((f), 0, sizeof(struct icmp6_filter))
