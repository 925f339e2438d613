/* Copyright (c) 2026 the smcrouted authors. SPDX-License-Identifier: ISC */
/*
 * Giving up rights on OpenBSD, FreeBSD and NetBSD: they come with the user, and
 * there are no parts of root's.
 */
#include <sys/types.h>
#include <grp.h>
#include <sysexits.h>
#include <unistd.h>

#include "confine.h"
#include "log.h"

/* Or would be again, by an ID that was saved. */
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

/* By root, setgid(2) and setuid(2) set all three IDs; setresuid(2) is not on
 * NetBSD.  Where there is one, the first group is the effective one. */
void
confine_rights(uid_t uid, gid_t gid, int net_admin)
{
	(void)net_admin; /* root has that, and nobody else */
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

/* An empty root has nothing to execute. */
void
confine_exec(void)
{
}
