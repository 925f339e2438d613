/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define MRT6_DONE 101
#define MRT6_ADD_MIF 102
#define MRT6_DEL_MIF 103
#define MRT6_ADD_MFC 104
#define MRT6_DEL_MFC 105
#define MRT6_INIT 108
#define MAXMIFS 64
#define MRT6MSG_NOCACHE 1
#define MRT6MSG_WRONGMIF 2

typedef u_short mifi_t;

typedef struct if_set {
	uint32_t ifs_bits[howmany(256, 32)];
} if_set;
#define IF_SET(n, s) ((s)->ifs_bits[(n) / 32] |= 1U << (n) % 32)

struct mif6ctl {
	mifi_t mif6c_mifi;
	u_char mif6c_flags;
	u_short mif6c_pifi;
};

struct mf6cctl {
	struct sockaddr_in6 mf6cc_origin, mf6cc_mcastgrp;
	mifi_t mf6cc_parent;
	struct if_set mf6cc_ifset;
};

struct sioc_sg_req6 {
	struct sockaddr_in6 src, grp;
	uint64_t pktcnt, bytecnt, wrong_if;
};

struct mrt6msg {
	u_char im6_mbz, im6_msgtype;
	uint16_t im6_mif;
	uint32_t im6_pad;
	struct in6_addr im6_src, im6_dst;
};
