/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * What both ends of the link between two daemons know.
 */
#include <stdio.h>

#include "handover_link.h"
#include "settings.h"

const char *const handover_names[HANDOVER_MAX] = { "mroute4", "mroute6", "gate",
	"journal", "entries", "control", "takeover" };

const char *const handover_reasons[REASON_MAX] = {
	"another daemon takes over or starts there",
	"it is of another version",
	"it routes in another network namespace",
};

int
handover_path(char *path, size_t size)
{
	return (size_t)snprintf(path, size, "%s.next", settings.sock) < size;
}
