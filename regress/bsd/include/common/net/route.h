/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define RTM_GET 4
#define RTA_DST 1
#define RTA_IFP 0x10
