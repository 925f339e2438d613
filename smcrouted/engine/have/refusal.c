/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Logs memberships that the kernel refuses: one line for each cause.
 */
#include <errno.h>
#include <stdio.h>

#include "common/log.h"
#include "iface.h"
#include "refusal.h"

#define ERRNOS 256 /* more than the system has */

static uint32_t failing[ERRNOS]; /* number of memberships with this error */
static int last_error;

/* Refusals with the same error in a row, not logged yet. */
static struct {
	struct membership first;
	uint32_t count;
	int error;
} series;

/* 1 for an error that means that a limit of the process or the system is
 * reached, whatever the membership is. */
static int
is_limit(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOBUFS ||
	    error == ENOMEM;
}

static void
collect(const struct membership *m, int error)
{
	if (series.count > 0 && series.error == error) {
		series.count++;
		return;
	}
	if (is_limit(error) && failing[error % ERRNOS] > 0)
		return;
	refusal_log();
	series.first = *m;
	series.error = error;
	series.count = 1;
}

void
refusal_set(int *have, int error, const struct membership *m)
{
	if (error != 0)
		last_error = error;
	if (*have == error)
		return;
	if (error != 0)
		collect(m, error);
	if (*have != 0)
		failing[*have % ERRNOS]--;
	if (error != 0)
		failing[error % ERRNOS]++;
	*have = error;
}

void
refusal_log(void)
{
	const struct membership *m = &series.first;
	char grp[ADDRSTRLEN], src[ADDRSTRLEN], more[32] = "";

	if (series.count == 0)
		return;
	if (series.count > 1)
		snprintf(more, sizeof(more), " and %u more", series.count - 1);
	addr_print(&m->grp, grp);
	addr_print(&m->src, src);
	errno = series.error;
	if (addr_is_any(&m->src))
		log_warn("%s: cannot join %s%s", iface_name(m->ifindex), grp,
		    more);
	else
		log_warn("%s: cannot join %s from %s%s", iface_name(m->ifindex),
		    grp, src, more);
	series.count = 0;
}

int
refusal_last(void)
{
	return last_error;
}
