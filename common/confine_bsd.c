/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Gives up rights on OpenBSD, FreeBSD and NetBSD.  There rights come with the
 * user: root has all of them, others have none.
 */
#include <sys/types.h>
#include <grp.h>
#include <sysexits.h>
#include <unistd.h>

#include "confine.h"
#include "log.h"

/* Whether the process has another user or group, or could become root again by
 * a saved ID. */
static int
is_root_still(uid_t uid, gid_t gid)
{
	if (getuid() != uid || geteuid() != uid || getgid() != gid ||
	    getegid() != gid)
		return 1;
	if (uid == 0)
		return 0;
	return seteuid(0) == 0 || (gid != 0 && setegid(0) == 0);
}

/* When root calls setgid(2) and setuid(2), they set all three IDs.  NetBSD has
 * no setresuid(2).  The first element of setgroups(2) is the effective group on
 * FreeBSD. */
void
confine_rights(uid_t uid, gid_t gid, int net_admin)
{
	(void)net_admin; /* only root has that right here */
	confine_limits();
	if (setgroups(1, &gid) == -1 || setgid(gid) == -1 || setuid(uid) == -1)
		fatal(EX_NOPERM, "cannot become user %u group %u", uid, gid);
	if (is_root_still(uid, gid))
		fatalx(EX_NOPERM, "still not user %u group %u alone", uid, gid);
}

const char *
confine_lacks(unsigned int steps)
{
	(void)steps;
	return geteuid() != 0 ? "must be started by root" : NULL;
}

/* Nothing to do: the empty root directory has no program to execute. */
void
confine_exec(void)
{
}
