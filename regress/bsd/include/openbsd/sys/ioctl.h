/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <sys/ioctl.h>

#define SIOCGETSGCNT REQUEST('u', 52, struct sioc_sg_req)
