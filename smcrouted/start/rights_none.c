/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * For systems that ask for root only when an mroute socket is opened, and on
 * which a descriptor has no rights of its own.
 */
#include "common/confine.h"
#include "service/state.h"
#include "start.h"

void
rights_drop(void)
{
	confine_rights(settings.uid, settings.gid, 0);
}

void
rights_limit(void)
{
}
