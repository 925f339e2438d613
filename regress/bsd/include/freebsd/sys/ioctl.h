/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include_next <sys/ioctl.h>

#define SIOCGETSGCNT REQUEST('r', 16, struct sioc_sg_req)
#define SIOCGIFFLAGS REQUEST('i', 17, struct ifreq)
#define SIOCGIFCONF REQUEST('i', 36, struct ifconf)
#define SIOCGIFMTU REQUEST('i', 51, struct ifreq)
