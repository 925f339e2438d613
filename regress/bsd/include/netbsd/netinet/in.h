/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#define IN_ADDR_ATTRIBUTE __attribute__((packed))
#include_next <netinet/in.h>
