/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define MRT_INIT 100
#define MRT_DONE 101
#define MRT_ADD_VIF 102
#define MRT_DEL_VIF 103
#define MRT_ADD_MFC 104
#define MRT_DEL_MFC 105
#define MRT_ASSERT 107
#define MAXVIFS 32

typedef u_short vifi_t;

struct vifctl {
	vifi_t vifc_vifi;
	u_char vifc_flags, vifc_threshold;
	u_int vifc_rate_limit;
	struct in_addr vifc_lcl_addr, vifc_rmt_addr;
};

struct mfcctl {
	struct in_addr mfcc_origin, mfcc_mcastgrp;
	vifi_t mfcc_parent;
	u_char mfcc_ttls[MAXVIFS];
};

struct sioc_sg_req {
	struct in_addr src, grp;
	u_long pktcnt, bytecnt, wrong_if;
};
