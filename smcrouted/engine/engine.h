/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
#ifndef ENGINE_H
#define ENGINE_H

#include "engine/client/request.h"
#include "engine/want/current.h"

#endif
