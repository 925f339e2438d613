/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

/* Nothing of it is used: setgroups(2) is in unistd.h. */
