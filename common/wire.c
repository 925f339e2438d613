/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Names of messages, for the log.
 */
#include <stdio.h>

#include "wire.h"

static const char *const names[IMSG_MAX] = {
	[IMSG_START] = "START",
	[IMSG_STOP] = "STOP",
	[IMSG_CONFINED] = "CONFINED",
	[IMSG_ENDED] = "ENDED",
	[IMSG_SETUP] = "SETUP",
	[IMSG_SOCKET] = "SOCKET",
	[IMSG_ALIVE] = "ALIVE",
	[IMSG_LOG] = "LOG",
	[IMSG_CONFIG] = "CONFIG",
	[IMSG_CONFIG_END] = "CONFIG_END",
	[IMSG_UPCALL] = "UPCALL",
	[IMSG_VIFS] = "VIFS",
	[IMSG_RESULT] = "RESULT",
	[IMSG_VIF_ADD] = "VIF_ADD",
	[IMSG_VIF_DEL] = "VIF_DEL",
	[IMSG_MFC_ADD] = "MFC_ADD",
	[IMSG_MFC_DEL] = "MFC_DEL",
	[IMSG_RELOAD] = "RELOAD",
	[IMSG_QUIT] = "QUIT",
	[IMSG_EXPEL] = "EXPEL",
	[IMSG_READY] = "READY",
	[IMSG_STATUS] = "STATUS",
	[IMSG_HOOK] = "HOOK",
	[IMSG_HOLD] = "HOLD",
	[IMSG_UNHOLD] = "UNHOLD",
	[IMSG_NEXT] = "NEXT",
	[IMSG_TAKEN] = "TAKEN",
	[IMSG_MRDISC] = "MRDISC",
	[IMSG_CTL_REQUEST] = "CTL_REQUEST",
	[IMSG_CTL_MORE] = "CTL_MORE",
	[IMSG_CTL_GONE] = "CTL_GONE",
};

const char *
wire_name(uint32_t type)
{
	static char buf[16];

	if (type < IMSG_MAX && names[type] != NULL)
		return names[type];
	snprintf(buf, sizeof(buf), "%u", type);
	return buf;
}
