/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#pragma once

#include <sys/types.h>
#include <sys/wait.h>

#define PROC_TRAPCAP_CTL 9
#define PROC_TRAPCAP_CTL_ENABLE 1

int procctl(idtype_t, id_t, int, void *);
